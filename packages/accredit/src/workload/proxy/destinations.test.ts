import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findRoute, type Surroundings } from './destinations.ts';

const SURROUNDINGS: Surroundings = {
  metadataAddress: '127.0.0.1:18080',
  allow: [
    { host: 'db.example', port: 5432 },
    { host: '10.0.0.7', port: 443 },
    { host: '2001:db8::7', port: 443 },
  ],
};

const TARGETS = [
  ['a Google API', 'storage.googleapis.com', 443, 'api'],
  ['the common host of the APIs', 'www.googleapis.com', 443, 'api'],
  ['a bucket before the host of Storage', 'a.bucket.storage.googleapis.com', 443, 'api'],
  ['the host of logins', 'accounts.google.com', 443, 'api'],
  ['an API in capitals and with a final dot', 'Storage.GoogleAPIs.com.', 443, 'api'],
  ['the metadata server by its name', 'metadata.google.internal', 80, 'metadata'],
  [
    'the metadata server with a final dot, as Node asks (clients notes 0.4)',
    'metadata.google.internal.',
    80,
    'metadata',
  ],
  ['the metadata server by its short name', 'metadata', 80, 'metadata'],
  ['the metadata server by its newer name', 'metadata.goog', 80, 'metadata'],
  ['the metadata server by its address', '169.254.169.254', 80, 'metadata'],
  ['the metadata server by its IPv6 address', 'fd20:ce::254', 80, 'metadata'],
  ['the metadata port of the instance, for clients that ignore NO_PROXY', '127.0.0.1', 18080, 'metadata'],
  ['an allowed name', 'DB.example', 5432, 'allowed'],
  ['an allowed address', '10.0.0.7', 443, 'allowed'],
  ['an allowed IPv6 address', '2001:db8::7', 443, 'allowed'],
] as const;

const REFUSALS = [
  [
    'an API without TLS',
    'storage.googleapis.com',
    80,
    "The host 'storage.googleapis.com' answers on port 443 only, not on 80.",
  ],
  [
    'the metadata server elsewhere',
    'metadata.google.internal',
    443,
    "The metadata server 'metadata.google.internal' answers on port 80 only, not on 443.",
  ],
  [
    'any other host',
    'example.com',
    443,
    "'example.com:443' is nothing that the cloud answers for: --allow example.com:443 would let it through.",
  ],
  [
    'an allowed name at another port',
    'db.example',
    22,
    "'db.example:22' is nothing that the cloud answers for: --allow db.example:22 would let it through.",
  ],
  [
    'a name that ends like ours',
    'evilgoogleapis.com',
    443,
    "'evilgoogleapis.com:443' is nothing that the cloud answers for: --allow evilgoogleapis.com:443 would let it through.",
  ],
  [
    'a name that begins like ours',
    'storage.googleapis.com.evil.example',
    443,
    "'storage.googleapis.com.evil.example:443' is nothing that the cloud answers for: --allow storage.googleapis.com.evil.example:443 would let it through.",
  ],
  [
    'other hosts of Google',
    'mail.google.com',
    443,
    "'mail.google.com:443' is nothing that the cloud answers for: --allow mail.google.com:443 would let it through.",
  ],
  [
    'the address of the metadata server as a number (inet_aton)',
    '2852039166',
    80,
    "'2852039166:80' is nothing that the cloud answers for: --allow 2852039166:80 would let it through.",
  ],
  [
    'another link-local address',
    '169.254.169.253',
    80,
    "'169.254.169.253:80' is nothing that the cloud answers for: --allow 169.254.169.253:80 would let it through.",
  ],
  [
    'an IPv6 address',
    '2001:db8::8',
    443,
    "'[2001:db8::8]:443' is nothing that the cloud answers for: --allow [2001:db8::8]:443 would let it through.",
  ],
  [
    'a server of the user on loopback',
    'localhost',
    3000,
    "'localhost:3000' is this machine itself: NO_PROXY names it, so ask for it without a proxy.",
  ],
  [
    'another loopback address',
    '127.0.0.1',
    443,
    "'127.0.0.1:443' is this machine itself: NO_PROXY names it, so ask for it without a proxy.",
  ],
] as const;

describe('what is carried', () => {
  for (const [behaviour, host, port, kind] of TARGETS) {
    test(`${behaviour} (${kind})`, () => assert.equal(findRoute({ host, port }, SURROUNDINGS).kind, kind));
  }

  test('an allowed place is reached as it was allowed, not as it was spelled', () => {
    assert.deepEqual(findRoute({ host: 'DB.example.', port: 5432 }, SURROUNDINGS), {
      kind: 'allowed',
      target: { host: 'db.example', port: 5432 },
    });
  });
});

describe('what is refused', () => {
  for (const [behaviour, host, port, reason] of REFUSALS) {
    test(behaviour, () =>
      assert.deepEqual(findRoute({ host, port }, SURROUNDINGS), { kind: 'refused', reason }),
    );
  }
});

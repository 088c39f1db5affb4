import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAbsoluteTarget, parseAuthority } from './request-target.ts';

describe('the authority of CONNECT (RFC 9110 §9.3.6)', () => {
  const CASES = [
    ['storage.googleapis.com:443', { host: 'storage.googleapis.com', port: 443 }],
    ['169.254.169.254:80', { host: '169.254.169.254', port: 80 }],
    ['[fd20:ce::254]:80', { host: 'fd20:ce::254', port: 80 }],
    ['host', undefined],
    ['host:', undefined],
    [':443', undefined],
    ['host:0', undefined],
    ['host:65536', undefined],
    ['host:443:443', undefined],
    ['user:password@host:443', undefined],
    ['host:443/path', undefined],
    ['host\r\nX-Injected:443', undefined],
    ['[::1:443', undefined],
    ['', undefined],
  ] as const;
  for (const [authority, expected] of CASES) {
    test(JSON.stringify(authority), () => assert.deepEqual(parseAuthority(authority), expected));
  }
});

describe('an absolute URI (RFC 9112 §3.2.2)', () => {
  const metadata = { host: 'metadata.google.internal', port: 80 };
  const CASES = [
    ['http://metadata.google.internal/', metadata, 'metadata.google.internal', '/'],
    ['http://metadata.google.internal', metadata, 'metadata.google.internal', '/'],
    [
      'HTTP://metadata.google.internal?recursive=true',
      metadata,
      'metadata.google.internal',
      '/?recursive=true',
    ],
    ['http://metadata.google.internal:80/a', metadata, 'metadata.google.internal:80', '/a'],
    // The guest agent's double slash, dot segments and escapes are the server's to judge.
    [
      'http://metadata.google.internal/computeMetadata/v1//?a=%2F',
      metadata,
      'metadata.google.internal',
      '/computeMetadata/v1//?a=%2F',
    ],
    [
      'http://metadata.google.internal/a/../b/%2e%2e/c',
      metadata,
      'metadata.google.internal',
      '/a/../b/%2e%2e/c',
    ],
    ['http://[::1]:8080/x', { host: '::1', port: 8080 }, '[::1]:8080', '/x'],
  ] as const;
  for (const [target, destination, authority, pathAndQuery] of CASES) {
    test(target, () =>
      assert.deepEqual(parseAbsoluteTarget(target), { destination, authority, pathAndQuery }),
    );
  }

  const REFUSED = [
    '/computeMetadata/v1/',
    '*',
    'https://storage.googleapis.com/',
    'http://',
    'http:///path',
    'http://user:password@host/',
    'http://host:99999/',
    'http://host/#fragment',
    'ftp://host/',
    'http://ho st/',
    '',
  ];
  for (const target of REFUSED) {
    test(`${JSON.stringify(target)} is none`, () => assert.equal(parseAbsoluteTarget(target), undefined));
  }
});

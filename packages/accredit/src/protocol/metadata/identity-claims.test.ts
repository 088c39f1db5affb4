import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityClaims, parseIdentityQuery } from './identity-claims.ts';
import { GCE, SAMPLE_INSTANCE, WORKLOAD_EMAIL } from './instance-metadata.fixture.ts';
import { parseQuery } from './queries.ts';
import { refuse } from './refusal.ts';

const standard = {
  kind: 'identity',
  audience: 'https://x.y/z',
  format: 'standard',
  licenses: false,
} as const;
const full = { ...standard, format: 'full' } as const;

const queries: readonly (readonly [rule: string, query: string, request: unknown])[] = [
  ['check 128', '', refuse('audience-missing')],
  ['check 128', 'format=full', refuse('audience-missing')],
  ['check 129', 'audience=', refuse('audience-missing')],
  ['9.4.3: the first of several counts', 'audience=&audience=a', refuse('audience-missing')],
  ['check 130: unencoded', 'audience=https://x.y/z', standard],
  ['9.4.3: encoded', 'audience=https%3A%2F%2Fx.y%2Fz', standard],
  ['9.4.3: as Node sends it', 'format=full&audience=https://x.y/z', full],
  [
    '9.4.3: with a query of its own',
    'audience=https://x.y/z?a=b',
    { ...standard, audience: 'https://x.y/z?a=b' },
  ],
  ['9.4.2: as gcloud sends it', 'audience=https://x.y/z&format=standard&licenses=FALSE', standard],
  ['9.4.2', 'audience=https://x.y/z&format=full&licenses=TRUE', { ...full, licenses: true }],
  ['check 134: licenses need full', 'audience=https://x.y/z&licenses=TRUE', standard],
  ['6.2', 'audience=https://x.y/z&format=full&licenses=maybe', full],
  ['9.4.2: an empty format', 'audience=https://x.y/z&format=', standard],
  ['9.4.2: an unknown format', 'audience=https://x.y/z&format=FULL', refuse('unknown-format')],
  ['check 135', 'audience=https://x.y/z&foo=bar', standard],
];

for (const [rule, query, request] of queries) {
  test(`identity?${query} (metadata notes, ${rule})`, () => {
    assert.deepEqual(parseIdentityQuery(parseQuery(query), GCE), request);
  });
}

const subject = {
  instance: SAMPLE_INSTANCE,
  account: { email: WORKLOAD_EMAIL, uniqueId: '104567890123456789012' },
  issuer: 'https://issuer.example',
  issuedAtSeconds: 1_770_000_000,
  standardEmail: false,
  isVm: true,
};

const COMPUTE_ENGINE_START =
  '{"instance_creation_timestamp":1760000000,"instance_id":"18446744073709551615","instance_name":"vm-1",';
const COMPUTE_ENGINE_END =
  '"project_id":"sample-project","project_number":123456789012,"zone":"us-central1-a"}';
const FULL_START =
  '{"aud":"https://x.y/z","azp":"104567890123456789012","email":"workload@sample-project.iam.gserviceaccount.com",' +
  '"email_verified":true,"exp":1770003600,"google":{"compute_engine":';
const END = '"iat":1770000000,"iss":"https://issuer.example","sub":"104567890123456789012"}';

test('standard claims, serialised in alphabetical order (metadata notes 9.4.5, 9.4.7, check 131)', () => {
  assert.equal(
    JSON.stringify(identityClaims(standard, subject)),
    `{"aud":"https://x.y/z","azp":"104567890123456789012","exp":1770003600,${END}`,
  );
});

test('full claims add the e-mail and the instance, each in its JSON type (metadata notes 9.4.6, check 133)', () => {
  assert.equal(
    JSON.stringify(identityClaims(full, subject)),
    `${FULL_START}${COMPUTE_ENGINE_START}${COMPUTE_ENGINE_END}},${END}`,
  );
});

test('full claims with licenses name them as strings (metadata notes 9.4.6, check 134)', () => {
  assert.equal(
    JSON.stringify(identityClaims({ ...full, licenses: true }, subject)),
    `${FULL_START}${COMPUTE_ENGINE_START}"license_id":["2211838267635035815"],${COMPUTE_ENGINE_END}},${END}`,
  );
});

test('full claims of a Confidential VM say that it is one, first of all, and standard ones do not (metadata notes 9.4.6)', () => {
  const confidential = { ...subject, instance: { ...SAMPLE_INSTANCE, isConfidential: true } };
  const start = COMPUTE_ENGINE_START.replace('{', '{"instance_confidentiality":1,');
  assert.equal(
    JSON.stringify(identityClaims(full, confidential)),
    `${FULL_START}${start}${COMPUTE_ENGINE_END}},${END}`,
  );
  assert.equal(
    JSON.stringify(identityClaims(standard, confidential)),
    JSON.stringify(identityClaims(standard, subject)),
  );
});

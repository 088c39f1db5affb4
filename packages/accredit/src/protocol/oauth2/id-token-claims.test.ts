import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idTokenClaims } from './id-token-claims.ts';

test('the ID token of an assertion says who, for whom and for how long, in alphabetical order (metadata notes 9.4.5)', () => {
  const claims = idTokenClaims({
    email: 'robot-1@lab-project.iam.gserviceaccount.com',
    uniqueId: '123456789012345678901',
    issuer: 'https://issuer.example',
    audience: 'https://service.example',
    issuedAtSeconds: 1_790_000_000,
    lifetimeSeconds: 3600,
  });
  assert.equal(
    JSON.stringify(claims),
    '{"aud":"https://service.example","azp":"robot-1@lab-project.iam.gserviceaccount.com",' +
      '"email":"robot-1@lab-project.iam.gserviceaccount.com","email_verified":true,"exp":1790003600,' +
      '"iat":1790000000,"iss":"https://issuer.example","sub":"123456789012345678901"}',
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { MASK, Secret } from '../../../kernel/secret.ts';
import { renderKeyFile } from './key-file.ts';

const content = {
  projectId: 'lab-project',
  keyId: '0123456789abcdef0123456789abcdef01234567',
  privateKeyPem: new Secret('-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n'),
  email: 'robot-1@lab-project.iam.gserviceaccount.com',
  uniqueId: '123456789012345678901',
};

test('a key file has the fields of the ones that Google gives, in their order (IAM notes 1.8)', () => {
  assert.equal(
    renderKeyFile(content).reveal(),
    `{
  "type": "service_account",
  "project_id": "lab-project",
  "private_key_id": "0123456789abcdef0123456789abcdef01234567",
  "private_key": "-----BEGIN PRIVATE KEY-----\\nAA==\\n-----END PRIVATE KEY-----\\n",
  "client_email": "robot-1@lab-project.iam.gserviceaccount.com",
  "client_id": "123456789012345678901",
  "auth_uri": "https://accounts.google.com/o/oauth2/auth",
  "token_uri": "https://oauth2.googleapis.com/token",
  "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
  "client_x509_cert_url": "https://www.googleapis.com/robot/v1/metadata/x509/robot-1%40lab-project.iam.gserviceaccount.com",
  "universe_domain": "googleapis.com"
}
`,
  );
});

test('a key file that is printed by mistake shows nothing', () => {
  const file = renderKeyFile(content);
  assert.equal(`${file}`, MASK);
  assert.equal(JSON.stringify({ file }), `{"file":"${MASK}"}`);
  assert.equal(inspect(file), MASK);
});

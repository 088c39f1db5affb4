import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CLEARED_VARIABLES, clearVariables, isCleared } from './cleared-variables.ts';

const CLEARED = [
  'GOOGLE_APPLICATION_CREDENTIALS',
  'google_application_credentials',
  'GOOGLE_CREDENTIALS',
  'GOOGLE_OAUTH_ACCESS_TOKEN',
  'GOOGLE_IMPERSONATE_SERVICE_ACCOUNT',
  'GOOGLE_IMPERSONATE_SERVICE_ACCOUNT_DELEGATES',
  'GOOGLE_BACKEND_CREDENTIALS',
  'STORAGE_CREDENTIALS_JSON',
  'GCP_SERVICE_ACCOUNT_FILE',
  'CSQL_PROXY_JSON_CREDENTIALS',
  'RCLONE_GCS_SERVICE_ACCOUNT_FILE',
  'RCLONE_GCS_ACCESS_TOKEN',
  'CLOUDSDK_AUTH_ACCESS_TOKEN',
  'CLOUDSDK_AUTH_ACCESS_TOKEN_FILE',
  'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
  'CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT',
  'CLOUDSDK_AUTH_DISABLE_CREDENTIALS',
  'CLOUDSDK_CORE_ACCOUNT',
  'CLOUDSDK_CORE_PROJECT',
  'CLOUDSDK_CONFIG',
  'CLOUDSDK_ACTIVE_CONFIG_NAME',
  'CLOUDSDK_PROXY_ADDRESS',
  'CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE',
  'CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE',
  'BOTO_CONFIG',
  'GS_SECRET_ACCESS_KEY',
  'GOOGLE_CLOUD_PROJECT',
  'gcloud_project',
  'GOOGLE_CLOUD_QUOTA_PROJECT',
  'GCE_METADATA_HOST',
  'GCE_METADATA_TIMEOUT',
  'NO_GCE_CHECK',
  'METADATA_SERVER_DETECTION',
  'K_SERVICE',
  'K_REVISION',
  'GAE_ENV',
  'GOOGLE_STORAGE_CUSTOM_ENDPOINT',
  'STORAGE_EMULATOR_HOST',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
];

const KEPT = [
  'PATH',
  'HOME',
  'LANG',
  'TERM',
  'AWS_ACCESS_KEY_ID',
  'PUBSUB_EMULATOR_HOST',
  'GOOGLE_CLIENT_ID',
  'GOOGLE_ANALYTICS_ID',
  'MY_GOOGLE_APPLICATION_CREDENTIALS_NOTE',
  'PROXY',
  'DATABASE_URL',
  'CLOUDSDK_PYTHON',
  'CLOUDSDK_PYTHON_SITEPACKAGES',
  'CLOUDSDK_CORE_DISABLE_PROMPTS',
];

describe('what never enters a workload', () => {
  for (const name of CLEARED) test(name, () => assert.ok(isCleared(name)));

  test('every row of the table is in force, and says why', () => {
    for (const { names, reason } of CLEARED_VARIABLES) {
      assert.ok(reason.length > 10, names.join());
      for (const name of names) {
        const example = name.replaceAll('*', 'X');
        assert.ok(isCleared(example) && isCleared(example.toLowerCase()), name);
      }
    }
  });

  test('no name is said twice', () => {
    const names = CLEARED_VARIABLES.flatMap((row) => row.names);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });
});

describe("what stays of the user's environment", () => {
  for (const name of KEPT) test(name, () => assert.ok(!isCleared(name)));

  test('values are not looked at, and what has none is left out', () => {
    const environment = { PATH: '/bin', EMPTY: '', GONE: undefined, GOOGLE_CREDENTIALS: 'a key' };
    assert.deepEqual(clearVariables(environment), { PATH: '/bin', EMPTY: '' });
  });
});

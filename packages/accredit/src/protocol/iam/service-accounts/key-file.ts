import { Secret } from '../../../kernel/secret.ts';

/** What a key file says of its account and key. */
export interface KeyFileContent {
  readonly projectId: string;
  readonly keyId: string;
  /** PKCS #8, PEM. */
  readonly privateKeyPem: Secret;
  readonly email: string;
  readonly uniqueId: string;
}

/**
 * Returns a service account key file in Google's JSON format, with Google's own addresses: a key works unchanged where
 * those are answered by this cloud (IAM notes 1.8).
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#creatinganaccount
 */
export function renderKeyFile({ projectId, keyId, privateKeyPem, email, uniqueId }: KeyFileContent): Secret {
  const file = {
    type: 'service_account',
    project_id: projectId,
    private_key_id: keyId,
    private_key: privateKeyPem.reveal(),
    client_email: email,
    client_id: uniqueId,
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(email)}`,
    universe_domain: 'googleapis.com',
  };
  return new Secret(`${JSON.stringify(file, undefined, 2)}\n`);
}

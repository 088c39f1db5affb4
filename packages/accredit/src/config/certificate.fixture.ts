/** A workload's certificate for the tests of this folder: an own key, signed by itself. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { NOW_MS } from '../apis/api.fixture.ts';
import { ECDSA_SHA256, renderCertificate, renderStatement } from '../protocol/x509/certificate.ts';

export interface TestCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export function makeCertificate(commonName: string): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const statement = renderStatement(
    {
      serialNumber: Uint8Array.of(1),
      issuer: { commonName },
      subject: { commonName },
      notBeforeMs: NOW_MS,
      notAfterMs: NOW_MS + 1000,
      publicKey,
      extensions: [],
    },
    ECDSA_SHA256,
  );
  return {
    certificatePem: renderCertificate(statement, ECDSA_SHA256, sign('sha256', statement, privateKey)),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}

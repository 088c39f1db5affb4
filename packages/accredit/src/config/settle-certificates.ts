import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { WorkloadCertificates } from '../protocol/metadata/tree/workload-certificates.ts';
import type { DeclaredCertificates } from './declared-certificates.ts';
import { type DeclaredContent, findFlaw, readContent } from './declared-content.ts';
import type { Draft } from './draft.ts';
import { CERTIFICATE_PEM, PEM_LIMIT_BYTES, PRIVATE_KEY_PEM } from './metadata-rules.ts';
import { describeValue, type Path } from './problems.ts';
import type { Rule } from './rules.ts';

/** Where it is said what is wrong. */
type Complaints = Pick<Draft, 'complain'>;

/** Reads what an instance has of workload certificates; `undefined` where that cannot be, which is complained of. */
export function settleCertificates(
  draft: Complaints,
  declared: DeclaredCertificates,
): WorkloadCertificates | undefined {
  const read = (content: DeclaredContent, rule: Rule, path: Path) => readPem(draft, content, rule, path);
  const identities = declared.identities.map(({ spiffeId, certificate, privateKey, path }) => {
    const certificatePem = read(certificate, CERTIFICATE_PEM, [...path, 'certificateFile']);
    const privateKeyPem = read(privateKey, PRIVATE_KEY_PEM, [...path, 'privateKeyFile']);
    if (certificatePem === undefined || privateKeyPem === undefined) return undefined;
    if (isPair(certificatePem, privateKeyPem)) return { spiffeId, certificatePem, privateKeyPem };
    draft.complain(path, `expected the private key of the certificate of '${spiffeId}', got another one.`);
    return undefined;
  });
  const trustAnchors = declared.trustAnchors.map(({ trustDomain, trustAnchors: content, path }) => {
    const trustAnchorsPem = read(content, CERTIFICATE_PEM, [...path, 'trustAnchorsFile']);
    return trustAnchorsPem === undefined ? undefined : { trustDomain, trustAnchorsPem };
  });
  const given = identities.filter((identity) => identity !== undefined);
  const trusted = trustAnchors.filter((anchors) => anchors !== undefined);
  if (given.length < identities.length || trusted.length < trustAnchors.length) return undefined;
  return { ...declared.rest, identities: given, trustAnchors: trusted };
}

/** What stands in the configuration itself was checked when it was read. */
function readPem(draft: Complaints, content: DeclaredContent, rule: Rule, path: Path): string | undefined {
  const pem = readContent(content, PEM_LIMIT_BYTES);
  if (pem !== undefined && rule.fits(pem)) return pem;
  const file = 'file' in content ? content.file : '';
  const got = `got ${describeValue(file)}${findFlaw(content) ?? ''}`;
  draft.complain(path, `expected a file inside this directory with ${rule.expected}, ${got}.`);
  return undefined;
}

function isPair(certificatePem: string, privateKeyPem: string): boolean {
  return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem));
}

import type { WorkloadCertificates } from '../protocol/metadata/tree/workload-certificates.ts';
import type { DeclaredContent } from './declared-content.ts';
import type { FileCertificates } from './metadata-schema.ts';
import type { Path } from './problems.ts';

/** The workload certificates of an instance, as far as they are known before files are read. */
export interface DeclaredCertificates {
  readonly path: Path;
  readonly identities: readonly DeclaredIdentity[];
  readonly trustAnchors: readonly DeclaredTrustAnchors[];
  /** What else is said of them. */
  readonly rest: Pick<WorkloadCertificates, 'status' | 'errors'>;
}

interface DeclaredIdentity {
  readonly path: Path;
  readonly spiffeId: string;
  readonly certificate: DeclaredContent;
  readonly privateKey: DeclaredContent;
}

interface DeclaredTrustAnchors {
  readonly path: Path;
  readonly trustDomain: string;
  readonly trustAnchors: DeclaredContent;
}

/** @param directory - of the configuration: the files that it names are looked for there */
export function toDeclaredCertificates(
  { identities, trustAnchors, status, errors }: FileCertificates,
  path: Path,
  directory: string,
): DeclaredCertificates {
  return {
    path,
    identities: (identities ?? []).map((identity, index) => ({
      path: [...path, 'identities', index],
      spiffeId: identity.spiffeId,
      certificate: toContent(identity.certificatePem, identity.certificateFile, directory),
      privateKey: toContent(identity.privateKeyPem, identity.privateKeyFile, directory),
    })),
    trustAnchors: (trustAnchors ?? []).map((anchors, index) => ({
      path: [...path, 'trustAnchors', index],
      trustDomain: anchors.trustDomain,
      trustAnchors: toContent(anchors.trustAnchorsPem, anchors.trustAnchorsFile, directory),
    })),
    rest: { ...(status === undefined ? {} : { status }), ...(errors === undefined ? {} : { errors }) },
  };
}

/** One of the two is there; the schema has seen to it. */
function toContent(pem = '', file: string | undefined, directory: string): DeclaredContent {
  return file === undefined ? { text: pem } : { directory, file };
}

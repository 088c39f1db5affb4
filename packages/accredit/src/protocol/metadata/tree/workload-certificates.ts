import type { RefusalReason } from '../refusal.ts';
import { gate, queryLeaf, type TreeNode } from './nodes.ts';

/** A workload's certificate of managed workload identity. */
export interface WorkloadIdentity {
  /** `spiffe://POOL.global.NUMBER.workload.id.goog/ns/NAMESPACE/sa/ID` */
  readonly spiffeId: string;
  /** The certificate, with those that it hangs on behind it. */
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** The certificates in which the peers of one trust domain are trusted. */
export interface TrustAnchors {
  /** `POOL.global.NUMBER.workload.id.goog` */
  readonly trustDomain: string;
  readonly trustAnchorsPem: string;
}

/** What an instance has of managed workload identity (metadata notes 8.6). */
export interface WorkloadCertificates {
  readonly identities: readonly WorkloadIdentity[];
  readonly trustAnchors: readonly TrustAnchors[];
  /** `status` of the two that hold certificates; left out where absent. */
  readonly status?: string;
  /** What is wrong with the configuration, by the attribute that it is about; none is the good state. */
  readonly errors?: Readonly<Record<string, string>>;
}

/** The keys of `gce-workload-certificates/`. */
export type WorkloadCertificateKeys = Readonly<
  Record<'config-status' | 'trust-anchors' | 'workload-identities', TreeNode>
>;

const NOT_CONFIGURED: RefusalReason = 'workload-certificates-not-configured';

/**
 * The three keys, which refuse until managed workload identity is configured (metadata notes 4.5, 8.6).
 *
 * Guess: they are JSON whatever `alt` says, and stand in no recursive output, as tokens do not: one of them holds
 * private keys.
 */
export function workloadCertificateKeys(
  certificates: WorkloadCertificates | undefined,
): WorkloadCertificateKeys {
  if (certificates === undefined) {
    const unconfigured = gate(NOT_CONFIGURED, 'leaf');
    return {
      'config-status': unconfigured,
      'trust-anchors': unconfigured,
      'workload-identities': unconfigured,
    };
  }
  return {
    'config-status': queryLeaf(() => renderConfigStatus(certificates)),
    'trust-anchors': queryLeaf(() => renderTrustAnchors(certificates)),
    'workload-identities': queryLeaf(() => renderIdentities(certificates)),
  };
}

/** The same bodies under the names that they had before (metadata notes 8.6). Guess: no listing shows those any more. */
export function olderCertificateKeys(keys: WorkloadCertificateKeys): Readonly<Record<string, TreeNode>> {
  return {
    'workload-certificates-config-status': keys['config-status'],
    'workload-identities': keys['workload-identities'],
    'workload-trusted-root-certs': keys['trust-anchors'],
  };
}

/** Guess: an error is a text; only the empty mapping has been published. */
function renderConfigStatus({ errors = {} }: WorkloadCertificates): string {
  return toPrettyJson({ partnerMetadataConfigsErrors: errors });
}

function renderTrustAnchors({ trustAnchors, status }: WorkloadCertificates): string {
  return toPrettyJson({
    status,
    trustAnchors: Object.fromEntries(
      trustAnchors.map(({ trustDomain, trustAnchorsPem }) => [trustDomain, { trustAnchorsPem }]),
    ),
  });
}

function renderIdentities({ identities, status }: WorkloadCertificates): string {
  return toPrettyJson({
    status,
    workloadCredentials: Object.fromEntries(
      identities.map(({ spiffeId, certificatePem, privateKeyPem }) => [
        spiffeId,
        { certificatePem, privateKeyPem },
      ]),
    ),
  });
}

/** One space a level, and no newline at the end (metadata notes 8.1). */
function toPrettyJson(value: object): string {
  return JSON.stringify(value, undefined, 1);
}

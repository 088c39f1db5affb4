/** Who may enter the metadata server of an instance over TLS: its own workloads (metadata notes 11). */
import type { Clock, Random } from '../../kernel/ports.ts';
import type { DistinguishedName } from '../../protocol/x509/certificate.ts';
import { type CertificateWithKey, makeEndEntity, makeFreeAuthority } from './issue.ts';
import { renderSubjectAltName } from './names.ts';

/** The issuer of Google's client certificates (metadata notes 11.4). */
const ISSUER: DistinguishedName = {
  country: 'US',
  organization: 'Google Compute Internal',
  commonName: 'google.internal',
};

/** As Google's (metadata notes 11.4). */
const CLIENT_LIFETIME_DAYS = 7;

/** The instance whose workloads are let in. */
export interface ClientIdentity {
  readonly name: string;
  /** Fully qualified. */
  readonly hostname: string;
}

/** The authority for the clients of one instance's metadata server. */
export interface ClientAuthority {
  /** What the server believes, PEM. */
  readonly certPem: string;
  /**
   * Returns a new certificate for a workload of the instance, which lives 7 days.
   *
   * Deviation: nothing renews it while the workload runs, where Google's agent fetches a new one every 48 hours: a
   * program that runs for longer than it lives has plain HTTP, which strict clients refuse. Pinned by 'a client
   * certificate lives 7 days and is not renewed (metadata notes 11.4)'.
   */
  issue(): CertificateWithKey;
}

/**
 * Makes the authority for the clients of one instance. It is believed by that instance's metadata server alone, so that
 * no other instance gets in, whatever the two are called; it signs names of any domain, as instances may have; and its key
 * is never stored.
 */
export function makeClientAuthority(
  { name, hostname }: ClientIdentity,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): ClientAuthority {
  const { certPem, signer } = makeFreeAuthority(ISSUER, clock.now(), random);
  return {
    certPem,
    issue() {
      const names = renderSubjectAltName([hostname], []);
      const subject = { commonName: name };
      const client = { subject, names, lifetimeDays: CLIENT_LIFETIME_DAYS, purpose: 'clientAuth' } as const;
      return makeEndEntity(signer, client, clock.now(), random);
    },
  };
}

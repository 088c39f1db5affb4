import { mkdirSync } from 'node:fs';
import type { Clock, Log, Random } from '../kernel/ports.ts';
import {
  type ClientAuthority,
  type ClientIdentity,
  makeClientAuthority,
} from './certificates/client-authority.ts';
import { type CertificateWithKey, makeAuthority, makeServerCertificate } from './certificates/issue.ts';
import {
  type Authority,
  judgeAuthority,
  judgeServerCertificate,
  type Verdict,
} from './certificates/judge.ts';
import { type CertificateFiles, nameFiles, readPair, writePair } from './certificates/stored-files.ts';

/** What time, numbers and words the authority takes. */
export interface CertificatePorts {
  /** Real time: clients check certificates against theirs. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The local certificate authority of one cloud. It is never installed in the system. */
export interface CertificateAuthority {
  /** What clients are to believe, PEM. */
  readonly caPem: string;
  /** The file that holds it, for trust variables. */
  readonly caFile: string;
  /** Returns the certificate for the TLS listeners; a new one when less than 30 days of the last remain. */
  leaf(): CertificateWithKey;
  /** Makes another authority, for the clients of one instance's metadata server. */
  clientsOf(identity: ClientIdentity): ClientAuthority;
}

/** The directory of the authority cannot be read or written. */
export class CertificateStoreError extends Error {
  override readonly name = 'CertificateStoreError';
}

/**
 * Opens the authority that is kept in a directory (mode 0700, ours alone), and makes it where there is none.
 *
 * What is stored and cannot serve is made anew with a warning, and not refused: an authority is worth nothing to anybody
 * but the workloads that run, whoever damaged it could have removed it as well, and a cloud that does not start over
 * it would help nobody. Workloads that run keep the old one in their bundles, so their TLS fails until they are
 * started again: never the other way about. What cannot be read or written for want of rights is refused.
 *
 * @throws {CertificateStoreError} where the files may not be read or written
 */
export function openCertificateAuthority(directory: string, ports: CertificatePorts): CertificateAuthority {
  const caFiles = nameFiles(directory, 'ca');
  const serverFiles = nameFiles(directory, 'leaf');
  const { clock, random, log } = ports;

  const openAuthority = (): Authority =>
    open(caFiles, log, {
      judge: (pair) => judgeAuthority(pair, clock.now()),
      make: () => makeAuthority(clock.now(), random),
    });
  const openServerCertificate = (authority: Authority): CertificateWithKey =>
    open(serverFiles, log, {
      judge: (pair) => judgeServerCertificate(pair, authority, clock.now()),
      make: () => makeServerCertificate(authority.signer, clock.now(), random),
    });

  return explainFailures(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const authority = openAuthority();
    let current = openServerCertificate(authority);
    return {
      caPem: authority.caPem,
      caFile: caFiles.certFile,
      leaf() {
        if (judgeServerCertificate(current, authority, clock.now()).kind !== 'usable')
          current = explainFailures(directory, () => openServerCertificate(authority));
        return current;
      },
      clientsOf: (identity) => makeClientAuthority(identity, ports),
    };
  });
}

/** How one kind of pair is judged, and made where the stored one does not serve. */
interface Kind<T> {
  readonly judge: (pair: CertificateWithKey) => Verdict<T>;
  readonly make: () => CertificateWithKey;
}

function open<T>(files: CertificateFiles, log: Log, { judge, make }: Kind<T>): T {
  const stored = readPair(files);
  const verdict = stored.kind === 'pair' ? judge(stored.pair) : stored;
  if (verdict.kind === 'usable') return verdict.value;
  const file = files.certFile;
  if (verdict.kind === 'absent') log.debug({ file }, 'a certificate is made');
  else if (verdict.kind === 'due') log.info({ file, reason: verdict.reason }, 'a certificate is renewed');
  else log.warn({ file, reason: verdict.reason }, 'a stored certificate cannot serve and is made anew');
  const made = make();
  writePair(files, made);
  const remade = judge(made);
  if (remade.kind !== 'usable') throw new Error(`The certificate just made for '${file}' cannot serve.`);
  return remade.value;
}

function explainFailures<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new CertificateStoreError(
      `The certificates in '${directory}' cannot be read or written (${String(error.code)}): the directory must be writable for whoever runs the cloud.`,
      { cause: error },
    );
  }
}

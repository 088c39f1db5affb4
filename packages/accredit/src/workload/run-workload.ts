/** Runs a program as an instance, by the way that was chosen. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log, Random } from '../kernel/ports.ts';
import type { Environment } from './environment/cleared-variables.ts';
import { listCredentialPlaces, type UserPlaces } from './environment/credential-places.ts';
import { openEndpointWay } from './environment/endpoint-way.ts';
import { writePrivateFiles } from './environment/private-files.ts';
import { renderServiceVariables } from './environment/service-variables.ts';
import type { Limit, OpenWay, WayPlan } from './environment/way.ts';
import { renderWorkloadEnvironment } from './environment/workload-environment.ts';
import type { Isolation } from './isolation.ts';
import type { AllowedTarget, NamespacePlan, ProgramExit } from './namespace/plan.ts';
import { runInNamespace } from './namespace/run.ts';
import { openProxyWay } from './proxy/proxy-way.ts';
import { spawnProgram } from './spawn-program.ts';

/** Everything that a run needs to know. All paths are absolute. */
export interface WorkloadPlan {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly user: UserPlaces;
  /** A private directory of this run (0700, short path); the caller removes it. */
  readonly directory: string;
  /** The service on Cloud Run that the program is; absent where its metadata server is another's. */
  readonly service?: string | undefined;
  /** Where the instance and its cloud are. */
  readonly metadataSocket: string;
  /** Absent for a namespace, which has the socket. */
  readonly metadataAddress?: string | undefined;
  /** TLS of the metadata server, for a namespace: where it ends, and the client's certificate with its key if it has any. */
  readonly metadataTls?: { readonly socket: string; readonly clientPem?: string | undefined } | undefined;
  readonly tlsSocket: string;
  readonly apiUrl: string;
  readonly caFile: string;
  /** What may be reached besides the cloud. */
  readonly allow: readonly AllowedTarget[];
  /**
   * Hidden from the program where files can be hidden: above all the owner's socket, which is as good as a key, and the
   * directories of other runs. They may hold {@link directory}.
   */
  readonly hiddenPaths: readonly string[];
  readonly random: Random;
  readonly log: Log;
}

/** The variable that tells a program which way it is reached by. */
const ISOLATION_VARIABLE = 'ACCREDIT_ISOLATION';

/** Where, in the directory of a run, the files are that a program in a namespace finds by their paths. */
const SEEN_DIRECTORY = 'files';

/** Told, before the program starts, what a way cannot do. */
export type TellLimits = (limits: readonly Limit[]) => void;

/**
 * Runs a program to its end. When the promise settles, nothing of the run is left.
 *
 * @param tellLimits - called once before the program starts; with nothing for a namespace
 * @throws {NamespaceError} where the program or its namespace could not be started
 * @throws {EnvironmentError} where the way cannot be made safe on this machine
 */
export async function runWorkload(
  isolation: Isolation,
  plan: WorkloadPlan,
  tellLimits: TellLimits,
): Promise<ProgramExit> {
  const caPem = await readFile(plan.caFile, 'utf8');
  if (isolation === 'netns') {
    tellLimits([]);
    return runNamespaced(plan, caPem);
  }
  const open = isolation === 'proxy' ? openProxyWay : openEndpointWay;
  const way = await open(toWayPlan(plan, caPem));
  try {
    tellLimits(way.limits);
    return await spawnProgram(plan.command, withMarks(way, isolation, plan), plan.cwd);
  } finally {
    await way.close();
  }
}

async function runNamespaced(plan: WorkloadPlan, caPem: string): Promise<ProgramExit> {
  // Apart from what is mounted (the client's key among it), which the program has no other way to than the mounts.
  const seenDirectory = join(plan.directory, SEEN_DIRECTORY);
  await mkdir(seenDirectory, { mode: 0o700 });
  const files = await writePrivateFiles(seenDirectory, caPem);
  const environment = renderWorkloadEnvironment(plan.user.environment, files);
  return runInNamespace({
    command: plan.command,
    env: withMarks({ environment }, 'netns', plan),
    cwd: plan.cwd,
    metadataSocket: plan.metadataSocket,
    ...toTlsPlan(plan, caPem),
    tlsSocket: plan.tlsSocket,
    caBundlePath: files.bundleFile,
    allow: plan.allow,
    maskedPaths: [...listCredentialPlaces(plan.user), ...plan.hiddenPaths],
    workDir: plan.directory,
    seenDirectory,
  });
}

function toTlsPlan(
  { metadataTls }: WorkloadPlan,
  rootPem: string,
): Pick<NamespacePlan, 'metadataTlsSocket' | 'metadataTlsFiles'> {
  if (metadataTls === undefined) return {};
  const { socket: metadataTlsSocket, clientPem } = metadataTls;
  return clientPem === undefined
    ? { metadataTlsSocket }
    : { metadataTlsSocket, metadataTlsFiles: { rootPem, clientPem } };
}

/** Adds what tells the program how it is reached, and on Cloud Run that it is there. */
function withMarks(
  { environment }: Pick<OpenWay, 'environment'>,
  isolation: Isolation,
  { service }: WorkloadPlan,
): Environment {
  const marks = service === undefined ? {} : renderServiceVariables(service);
  return { ...environment, ...marks, [ISOLATION_VARIABLE]: isolation };
}

function toWayPlan(plan: WorkloadPlan, caPem: string): WayPlan {
  const { user, directory, metadataSocket, metadataAddress, tlsSocket, apiUrl, allow, random, log } = plan;
  if (metadataAddress === undefined)
    throw new Error('This way needs the loopback address of the metadata server.');
  return { user, directory, caPem, metadataSocket, metadataAddress, tlsSocket, apiUrl, allow, random, log };
}

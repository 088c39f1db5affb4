import { CONTROL_HOST } from '../../apis/control/host.ts';
import { renderDuration } from '../../config/durations.ts';
import { boolean, int32, list, object, oneOf, string } from '../../kernel/decode.ts';
import { shellWord } from '../../kernel/shell-word.ts';
import { SECOND_MS } from '../../kernel/timestamps.ts';
import type { CliContext } from '../context.ts';
import { type Format, painter, printJson, renderFields } from '../output.ts';
import type { OwnerClient } from '../owner-client.ts';

const readStatus = object(
  {
    version: string,
    pid: int32,
    iam: oneOf('enforce', 'audit'),
    /** How long a changed policy is not in force yet; 0 where it is at once. */
    propagationDelayMs: int32,
    /** Whether the permissions that are used are recorded. */
    record: boolean,
    apiUrl: string,
    /** What `--data` must say to reach it. */
    dataDirectory: string,
    /** Whether it is gone when it stops. */
    memory: boolean,
    defaultProject: string,
    projects: list(string),
    workloads: int32,
    /** Whether it was started for a program and stops after the last one. */
    stopsWhenIdle: boolean,
    uptimeSeconds: int32,
  },
  'ignore',
);

/** What a running cloud says of itself. */
export type CloudStatus = ReturnType<typeof readStatus>;

/** Asks a cloud for its status. @throws {NobodyListens} */
export async function fetchStatus(owner: OwnerClient): Promise<CloudStatus> {
  return readStatus(await owner.call({ method: 'GET', host: CONTROL_HOST, path: '/v1/status' }), '');
}

/** What a mode means, in words. */
const IAM_MODES: Readonly<Record<CloudStatus['iam'], string>> = {
  enforce: 'enforce: refusals are carried out',
  audit: 'audit: refusals are recorded, authenticated calls pass',
};

/** How a status is shown. */
export interface StatusView {
  readonly format: Format;
  /** Whether commands would not find this cloud by themselves, so that hints have to say `--data`. */
  readonly isNamed: boolean;
  /** Whether the cloud runs in this very process, at a terminal. */
  readonly inForeground?: boolean;
}

/** Prints what is to be known of a running cloud: the mode in force, where it is, how to use it, how to stop it. */
export function showStatus({ out, env }: CliContext, status: CloudStatus, view: StatusView): void {
  if (view.format === 'json') {
    printJson(out, status);
    return;
  }
  const data = view.isNamed || status.memory ? dataFlag(status.dataDirectory) : '';
  const fields: readonly (readonly [string, string])[] = [
    ['IAM', IAM_MODES[status.iam]],
    ...settingsOf(status, data),
    ['APIs', status.apiUrl],
    ['Data', status.memory ? 'in memory, gone when it stops' : status.dataDirectory],
    ['Projects', projectsOf(status)],
    ...(view.inForeground === true ? [] : [['Process', processOf(status)] as const]),
    ['As a VM', `accredit run${data} -- gcloud storage ls`],
    ['gcloud here', `eval "$(accredit env${data} --instance NAME)"; gcloud storage ls`],
    ['Stop', `${view.inForeground === true ? 'Ctrl-C, or ' : ''}accredit down${data}`],
  ];
  out.write(`${painter(out, env)('bold', `Accredit ${status.version} is ready.`)}\n${renderFields(fields)}`);
}

/** Returns ` --data X`, for hints. */
export function dataFlag(dataDirectory: string): string {
  return ` --data ${shellWord(dataDirectory)}`;
}

/** What was asked for beside the mode, and changes what callers see. */
function settingsOf(
  { propagationDelayMs, record }: CloudStatus,
  data: string,
): readonly (readonly [string, string])[] {
  const delay = `in force ${delayOf(propagationDelayMs)} after they were changed (--propagation-delay)`;
  return [
    ...(propagationDelayMs === 0 ? [] : [['Policies', delay] as const]),
    ...(record ? [['Recording', `which permissions are used, for accredit recommend${data}`] as const] : []),
  ];
}

/** Milliseconds where seconds would not be exact. */
function delayOf(delayMs: number): string {
  return delayMs % SECOND_MS === 0 ? renderDuration(delayMs / SECOND_MS) : `${delayMs}ms`;
}

function projectsOf({ projects, defaultProject }: CloudStatus): string {
  const others = projects.filter((projectId) => projectId !== defaultProject);
  return [`${defaultProject} (default)`, ...others].join(', ');
}

function processOf({ pid, uptimeSeconds, workloads }: CloudStatus): string {
  const running = workloads === 1 ? '1 workload' : `${workloads} workloads`;
  return `${pid}, up for ${renderDuration(uptimeSeconds)}, ${running}`;
}

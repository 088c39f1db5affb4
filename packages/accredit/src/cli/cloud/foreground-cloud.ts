import type { CloudOptions } from '../../cloud.ts';
import type { SettingSources } from '../../config/settings.ts';
import type { Log } from '../../kernel/ports.ts';
import { openLog } from '../../observability/log.ts';
import { type Configured, configure, putInPlace } from '../configured.ts';
import { type PlaceOptions, startCloudWhenFree } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { type Format, takesColour } from '../output.ts';
import { OwnerClient } from '../owner-client.ts';
import { fetchStatus, showStatus } from './cloud-status.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { serveCloud } from './serve-cloud.ts';

/** Where the APIs listen unless somebody asks for more. */
export const LOOPBACK = '127.0.0.1';

/** The options of `accredit up`, as texts where a setting reads them. */
export interface UpOptions extends PlaceOptions {
  readonly memory?: true;
  readonly detach?: true;
  /** Seconds. */
  readonly wait?: number;
  readonly iam?: string;
  readonly port?: string;
  readonly host?: string;
  readonly project?: string;
  readonly operationDelay?: string;
  readonly propagationDelay?: string;
  readonly record?: true;
  readonly issuer?: string;
  readonly prune?: true;
  readonly logLevel?: string;
  readonly stopWhenIdle?: true;
  readonly background?: true;
  readonly format: Format;
}

/** The settings that the options name. */
export function settingFlags({
  iam,
  port,
  operationDelay,
  propagationDelay,
  record,
  issuer,
  logLevel,
  project,
}: UpOptions): SettingSources['flags'] {
  return {
    iamMode: iam,
    apiPort: port,
    operationDelayMs: operationDelay,
    propagationDelayMs: propagationDelay,
    record: record === true ? 'true' : undefined,
    logLevel,
    issuer,
    defaultProjectId: project,
  };
}

/** Starts a cloud in this process, says where it is, and serves it until it is stopped. */
export async function serveInForeground(context: CliContext, options: UpOptions): Promise<void> {
  const configured = await configure(context, options, settingFlags(options));
  const log = openLog({
    level: configured.settings.logLevel,
    form: context.err.isTerminal ? 'text' : 'json',
    clock: context,
    colour: takesColour(context.err, context.env),
    write: (line) => context.err.write(line),
  });
  const inBackground = options.background === true;
  const notify = inBackground ? (notice: string) => log.info({ notice }, 'notice') : notifier(context);
  if (options.memory !== true) prepareDataDirectory(configured.places.dataDirectory, context.uid);
  warnOfStrangers(apiHostOf(context, options), notify);
  const start = (given: CloudOptions) => startCloudWhenFree(context, given);
  const cloudOptions = toCloudOptions(context, options, configured, log, notify);
  await serveCloud({ ...context, startCloud: start }, cloudOptions, {
    async ready({ ownerSocket }) {
      const status = await fetchStatus(new OwnerClient(ownerSocket));
      const view = { format: options.format, isNamed: options.data !== undefined, inForeground: true };
      if (inBackground) log.info({ apiUrl: status.apiUrl, iam: status.iam }, 'ready');
      else showStatus(context, status, view);
      context.reportStart({ outcome: 'ready' });
    },
    stopping: () => notify('stopping; a second signal ends it at once'),
  });
}

function toCloudOptions(
  context: CliContext,
  options: UpOptions,
  configured: Configured,
  log: Log,
  notify: Notify,
): CloudOptions {
  const { dataDirectory } = configured.places;
  const { apiPort, iamMode, operationDelayMs, propagationDelayMs, record, issuer, defaultProjectId } =
    configured.settings;
  return {
    ...(options.memory === true ? {} : { dataDirectory }),
    xdgRuntimeDirectory: context.env.XDG_RUNTIME_DIR,
    apiPort,
    apiHost: apiHostOf(context, options),
    iamMode,
    operationDelayMs,
    propagationDelayMs,
    record,
    issuer,
    defaultProjectId,
    log,
    version: context.version,
    stopWhenIdle: options.stopWhenIdle === true,
    configure: (services) =>
      putInPlace(configured, services, { prune: options.prune === true, tell: notify }),
  };
}

/** Says something to whoever typed the command. */
type Notify = (notice: string) => void;

/** Says it on standard error. */
export function notifier({ err }: CliContext): Notify {
  return (notice) => err.write(`accredit: ${notice}\n`);
}

/** Returns the address that the APIs are to listen at. */
export function apiHostOf({ env }: CliContext, { host }: UpOptions): string {
  const variable = env.ACCREDIT_HOST === '' ? undefined : env.ACCREDIT_HOST;
  return host ?? variable ?? LOOPBACK;
}

/** Says loudly that an address is not for this machine alone. */
export function warnOfStrangers(host: string, notify: Notify): void {
  if (/^(localhost|127(\.\d+){3}|::1)$/i.test(host)) return;
  notify(
    `WARNING: the APIs listen at '${host}', which other machines may reach. They speak plain HTTP: tokens can be ` +
      'read on the way, and whoever holds one acts with it. Only for closed networks.',
  );
}

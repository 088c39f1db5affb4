import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from '../../kernel/api-error.ts';
import {
  type AuditLine,
  type AuditPosition,
  BEGINNING,
  endOfAuditLog,
  followAuditLog,
  readNewestFirst,
  readOldestFirst,
} from '../../observability/audit-log-reader.ts';
import type { AuditQuery } from '../../observability/audit-query.ts';
import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { usageError } from '../errors.ts';
import { parsePrincipalName } from '../iam/principal-option.ts';
import { auditLogOf } from '../logs/audit-log-place.ts';
import { loggedNames, parseLoggedResource } from '../logs/log-resources.ts';
import { logTable } from '../logs/log-table.ts';
import { type Moment, parseMoment, resolveSpan } from '../logs/log-times.ts';
import { examples, type Format, formatOption, painter, paragraphs, wholeNumber } from '../output.ts';

interface LogsOptions extends PlaceOptions {
  readonly principal?: string;
  readonly method?: string;
  readonly resource?: string;
  readonly permission?: string;
  readonly denied?: true;
  readonly since?: Moment;
  readonly until?: Moment;
  readonly limit: number;
  readonly all?: true;
  readonly follow?: true;
  readonly format: Format;
}

/** Entries that are shown where nobody says how many. */
const DEFAULT_LIMIT = 100;

/** They are held in memory to be turned round, about 1.7 KiB each; `--all` holds none. */
const LIMIT_MAX = 10_000;

/** How often a log that is followed is looked at. A person does not see the difference, nor does the machine. */
const FOLLOW_MS = 250;

/** How many are shown at once of those that nobody counts: the first ones say how wide the columns are. */
const PAGE = 200;

/** Prints entries. */
type Show = (lines: readonly AuditLine[]) => void;

const DESCRIPTION = paragraphs(
  'Show what was called: who, which method on which resource, and what came of it.',
  'Every call of an API has an entry of the shape that Cloud Audit Logs give it. They are kept when the cloud ends, ' +
    'the oldest go first. The last ones that match are shown, oldest first. Times are those of the cloud.',
);

/** `accredit logs` */
export const logs: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('logs'))
    .description(DESCRIPTION)
    .option(
      '--principal <member>',
      'only of this caller: an e-mail, a member such as user:E, or allUsers',
      parsePrincipalName,
    )
    .option(
      '--method <name>',
      "only of this method, in Google's spelling or the API's; a * at the end is anything",
    )
    .option(
      '--resource <name>',
      'only on this resource, or below it: projects/ID, gs://BUCKET/OBJECT, //SERVICE/NAME; a * at the end is anything',
      parseLoggedResource,
    )
    .option('--permission <name>', 'only where this permission was asked for; a * at the end is anything')
    .option('--denied', 'only what was refused, or would have been')
    .option('--since <time>', 'only from then on: 5m ago, or 2026-11-23T05:00:00Z', parseMoment)
    .option('--until <time>', 'only before then', parseMoment)
    .option('--limit <count>', 'how many, the newest ones', wholeNumber(1, LIMIT_MAX), DEFAULT_LIMIT)
    .option('--all', 'every one that is kept')
    .option('--follow', 'go on with what is called from now on, until --until or Ctrl-C')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit logs --denied --since 5m',
        'accredit logs --principal my-program@local-project.iam.gserviceaccount.com --follow',
        "accredit logs --method 'storage.objects.*' --format json",
      ),
    )
    .action((options: LogsOptions) => showLogs(context, options));
};

async function showLogs(context: CliContext, options: LogsOptions): Promise<void> {
  const permission = await readPermission(options.permission);
  const askedMs = context.now();
  const { directory, nowMs, resource } = await withStoredCloud(context, options, async ({ owner }) => ({
    ...(await auditLogOf(owner)),
    resource: options.resource === undefined ? undefined : await loggedNames(options.resource, owner),
  }));
  if (resource?.unknownProject !== undefined) noteUnknown(context, resource.unknownProject);
  const query = { ...toQuery(options, nowMs), permission, resource: resource?.names };
  const show = shower(context, options);
  const shown =
    options.all === true
      ? await showAll(directory, query, show)
      : await showLast(directory, query, options.limit, show);
  if (options.follow !== true) return;
  // By the clock of this machine, in which the cloud's time goes on.
  const untilMs = query.untilMs === undefined ? undefined : askedMs + query.untilMs - nowMs;
  const follower = waitForEnd(context, untilMs);
  try {
    const open = { ...query, untilMs: undefined };
    for await (const line of followAuditLog(directory, open, shown, follower.goOn)) {
      // The cloud's time may have been moved forward, past the end.
      if (query.untilMs !== undefined && Date.parse(line.entry.timestamp) >= query.untilMs) break;
      show([line]);
    }
  } finally {
    follower.end();
  }
}

/** A name that cannot be had may hide entries: that is said, and what is found is shown. */
function noteUnknown({ err }: CliContext, project: string): void {
  err.write(
    `accredit: '${project}' is not here, so its id is not known: what is logged by its id is not shown\n`,
  );
}

/** @throws {CliError} of status 2 for what is no permission, and one that is not known here */
async function readPermission(text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined;
  // The catalogue is long, and most commands name no permission.
  const { assertKnownPermission, assertPermissionStart } = await import(
    '../../protocol/iam/roles/known-permissions.ts'
  );
  try {
    return text.endsWith('*') ? assertPermissionStart(text.slice(0, -1)) + '*' : assertKnownPermission(text);
  } catch (error) {
    throw error instanceof ApiError ? usageError(error.message) : error;
  }
}

/** Shows what there is. @returns up to where */
async function showAll(directory: string, query: AuditQuery, show: Show): Promise<AuditPosition> {
  let reached = BEGINNING;
  let lines: AuditLine[] = [];
  let isEmpty = true;
  const onPosition = (position: AuditPosition) => {
    reached = position;
  };
  for await (const line of readOldestFirst(directory, query, BEGINNING, onPosition)) {
    lines.push(line);
    isEmpty = false;
    if (lines.length < PAGE) continue;
    show(lines);
    lines = [];
  }
  if (isEmpty || lines.length > 0) show(lines);
  return reached;
}

/** Shows the last ones, oldest first. @returns up to where */
async function showLast(
  directory: string,
  query: AuditQuery,
  limit: number,
  show: Show,
): Promise<AuditPosition> {
  const end = await endOfAuditLog(directory);
  const lines: AuditLine[] = [];
  for await (const line of readNewestFirst(directory, query, end)) {
    lines.push(line);
    if (lines.length >= limit) break;
  }
  show(lines.reverse());
  return end;
}

function toQuery(options: LogsOptions, nowMs: number): AuditQuery {
  const { principal, method, denied } = options;
  return { principal, method, denied, ...resolveSpan(options, nowMs) };
}

/** Returns what prints entries: a line of JSON each for programs, a table for people. */
function shower({ out, env }: CliContext, { format, follow }: LogsOptions): Show {
  if (format === 'json') return (lines) => out.write(lines.map(({ text }) => `${text}\n`).join(''));
  const render = logTable(painter(out, env));
  return (lines) => {
    if (lines.length === 0 && follow !== true) out.write('Nothing that matches was called.\n');
    else out.write(render(lines.map(({ entry }) => entry)));
  };
}

/**
 * Waits between two looks, until the process is asked to stop, or the time is over.
 *
 * @param untilMs - Unix milliseconds by the clock of this machine; absent: for ever
 */
function waitForEnd(context: CliContext, untilMs = Number.POSITIVE_INFINITY) {
  const stop = new AbortController();
  const end = context.onStopSignal(() => stop.abort());
  return {
    end,
    goOn: async () => {
      // The look that was just taken came after the end: there is nothing more to be seen.
      const leftMs = untilMs - context.now();
      if (leftMs <= 0) return false;
      await wait(Math.min(FOLLOW_MS, leftMs), undefined, { signal: stop.signal }).catch(() => undefined);
      return !stop.signal.aborted;
    },
  };
}

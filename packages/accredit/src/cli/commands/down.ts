import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { DATABASE_FILE, SqliteStore } from '../../store/sqlite-store.ts';
import { StoreUnavailable } from '../../store/store.ts';
import { STOP_DEADLINE_MS } from '../cloud/serve-cloud.ts';
import { addPlaceOptions, findSession, type PlaceOptions, withCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { CliError } from '../errors.ts';
import { examples, type Format, formatOption, printJson } from '../output.ts';

/** How often we look whether it is gone. */
const LOOK_MS = 50;

/** A cloud gives up at its own deadline; what is here on top is for the process to end. */
const GONE_DEADLINE_MS = STOP_DEADLINE_MS + 2_000;

/** `accredit down` */
export const down: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('down'))
    .description('Stop the cloud of the data directory, and wait until it has ended. What it holds is kept.')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit down'))
    .action((options: PlaceOptions & { readonly format: Format }) =>
      withCloud(context, options, async ({ owner, status }) => {
        await owner.call({ method: 'POST', host: CONTROL_HOST, path: '/v1/stop' });
        await waitUntilGone(context, status.dataDirectory);
        if (options.format === 'json') printJson(context.out, { stopped: status.dataDirectory });
        else context.err.write('accredit: the cloud has stopped\n');
      }),
    );
};

/** @throws {CliError} where it is still there at the deadline */
async function waitUntilGone(context: CliContext, dataDirectory: string): Promise<void> {
  const deadlineMs = context.now() + GONE_DEADLINE_MS;
  while ((await findSession(context, dataDirectory)) !== undefined || isServed(dataDirectory)) {
    if (context.now() > deadlineMs) {
      throw new CliError(`The cloud did not stop within ${GONE_DEADLINE_MS / 1000} seconds; see its log.`);
    }
    await wait(LOOK_MS);
  }
}

/** Says whether a process has the data directory open, by trying to: the lock is the process's and falls with it. */
function isServed(dataDirectory: string): boolean {
  if (!existsSync(join(dataDirectory, DATABASE_FILE))) return false;
  try {
    void SqliteStore.open(dataDirectory).close();
    return false;
  } catch (error) {
    if (error instanceof StoreUnavailable) return error.problem === 'alreadyServed';
    throw error;
  }
}

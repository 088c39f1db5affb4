import { SECOND_MS } from '../../kernel/timestamps.ts';
import { MAINTENANCE_ANNOUNCEMENT_LIMIT_MS } from '../../resources/life-events.ts';
import type { CommandModule } from '../context.ts';
import { DURATION_HELP, durationSeconds, renderBounds } from '../duration-options.ts';
import { addInstanceOptions, type InstanceOptions } from '../instances/instance-options.ts';
import { addForOption, cause } from '../instances/life-event-calls.ts';
import { examples, paragraphs } from '../output.ts';

interface MaintenanceOptions extends InstanceOptions {
  readonly in?: number;
  readonly for?: number;
}

const ANNOUNCEMENT_LIMIT_SECONDS = MAINTENANCE_ANNOUNCEMENT_LIMIT_MS / SECOND_MS;

const DESCRIPTION = paragraphs(
  'Let the host of an instance have a maintenance.',
  'The instance migrates or stops for it, as its scheduling says. It is told 60 seconds before by maintenance-event; ' +
    'with --in also by upcoming-maintenance, from now on. A Spot VM is preempted instead, at once.',
  DURATION_HELP,
);

/** `accredit instances simulate-maintenance` */
export const instancesSimulateMaintenance: CommandModule = (parent, context) => {
  const command = addInstanceOptions(parent.command('simulate-maintenance'), context).option(
    '--in <duration>',
    `when it begins, ${renderBounds(0, ANNOUNCEMENT_LIMIT_SECONDS)}, announced from now on; default: 60s, unannounced`,
    durationSeconds(0, ANNOUNCEMENT_LIMIT_SECONDS),
  );
  addForOption(command)
    .description(DESCRIPTION)
    .summary('let the host of an instance have a maintenance')
    .addHelpText(
      'after',
      examples(
        'accredit instances simulate-maintenance vm-1',
        'accredit instances simulate-maintenance vm-1 --in 10m --for 60s',
      ),
    )
    .action((name: string, options: MaintenanceOptions) =>
      cause(context, name, options, {
        verb: 'simulateMaintenance',
        body: { startsInSeconds: options.in, durationSeconds: options.for },
      }),
    );
};

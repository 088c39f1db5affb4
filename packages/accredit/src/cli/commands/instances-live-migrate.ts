import type { CommandModule } from '../context.ts';
import { DURATION_HELP } from '../duration-options.ts';
import { addInstanceOptions, type InstanceOptions } from '../instances/instance-options.ts';
import { addForOption, cause } from '../instances/life-event-calls.ts';
import { examples, paragraphs } from '../output.ts';

interface MigrateOptions extends InstanceOptions {
  readonly for?: number;
}

const DESCRIPTION = paragraphs(
  'Move an instance to another host, at once.',
  'While it moves, maintenance-event is MIGRATE_ON_HOST_MAINTENANCE; afterwards the drift token is another one, by ' +
    'which the guest agent knows that the clock must be set.',
  DURATION_HELP,
);

/** `accredit instances live-migrate` */
export const instancesLiveMigrate: CommandModule = (parent, context) => {
  addForOption(addInstanceOptions(parent.command('live-migrate'), context))
    .description(DESCRIPTION)
    .summary('move an instance to another host')
    .addHelpText(
      'after',
      examples('accredit instances live-migrate vm-1', 'accredit instances live-migrate vm-1 --for 5s'),
    )
    .action((name: string, options: MigrateOptions) =>
      cause(context, name, options, { verb: 'liveMigrate', body: { durationSeconds: options.for } }),
    );
};

import type { CommandModule } from '../context.ts';
import { addInstanceOptions, type InstanceOptions } from '../instances/instance-options.ts';
import { changeState } from '../instances/instance-state.ts';
import { examples, paragraphs } from '../output.ts';

const DESCRIPTION = paragraphs(
  'Stop an instance.',
  'Its service account can be changed then. A program that runs as it goes on; none can be started as it.',
);

/** `accredit instances stop` */
export const instancesStop: CommandModule = (parent, context) => {
  addInstanceOptions(parent.command('stop'), context)
    .description(DESCRIPTION)
    .summary('stop an instance')
    .addHelpText('after', examples('accredit instances stop vm-1'))
    .action((name: string, options: InstanceOptions) => changeState(context, name, options, 'stop'));
};

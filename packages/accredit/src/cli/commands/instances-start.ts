import type { CommandModule } from '../context.ts';
import { addInstanceOptions, type InstanceOptions } from '../instances/instance-options.ts';
import { changeState } from '../instances/instance-state.ts';
import { examples } from '../output.ts';

/** `accredit instances start` */
export const instancesStart: CommandModule = (parent, context) => {
  addInstanceOptions(parent.command('start'), context)
    .description('Start an instance that was stopped or preempted.')
    .summary('start a stopped instance')
    .addHelpText('after', examples('accredit instances start vm-1'))
    .action((name: string, options: InstanceOptions) => changeState(context, name, options, 'start'));
};

import type { CommandModule } from '../context.ts';
import { changeState, type StateOptions } from '../instance-state.ts';
import { addInstanceOptions } from '../life-event-calls.ts';
import { examples } from '../output.ts';

/** `accredit instances start` */
export const instancesStart: CommandModule = (parent, context) => {
  addInstanceOptions(parent.command('start'), context)
    .description('Start an instance that was stopped or preempted.')
    .summary('start a stopped instance')
    .addHelpText('after', examples('accredit instances start vm-1'))
    .action((name: string, options: StateOptions) => changeState(context, name, options, 'start'));
};

import type { CommandModule } from '../context.ts';
import { addInstanceOptions, type InstanceOptions } from '../instances/instance-options.ts';
import { cause } from '../instances/life-event-calls.ts';
import { examples, paragraphs } from '../output.ts';

const DESCRIPTION = paragraphs(
  'Take a Spot VM back.',
  'Its preempted key is TRUE at once, and it is stopped after 30 seconds. Standard VMs are never preempted.',
);

/** `accredit instances preempt` */
export const instancesPreempt: CommandModule = (parent, context) => {
  addInstanceOptions(parent.command('preempt'), context)
    .description(DESCRIPTION)
    .summary('take a Spot VM back')
    .addHelpText('after', examples('accredit instances preempt worker-1'))
    .action((name: string, options: InstanceOptions) => cause(context, name, options, { verb: 'preempt' }));
};

import { addPlaceOptions, type PlaceOptions, withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import {
  describeEffect,
  describePlace,
  describeTimes,
  fetchFaults,
  readFault,
  shortPath,
} from '../instances/fault-calls.ts';
import { examples, type Format, formatOption, printList } from '../output.ts';

/** `accredit faults list` */
export const faultsList: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('list'))
    .description('List the faults that are still to happen, of all projects, oldest first.')
    .summary('list faults')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit faults list', 'accredit faults list --format json'))
    .action((options: PlaceOptions & { readonly format: Format }) =>
      withStoredCloud(context, options, async ({ owner }) => {
        printList(context.out, options.format, await fetchFaults(owner), {
          headers: ['ID', 'WHERE', 'PATH', 'WHAT', 'HOW OFTEN'],
          row: toRow,
          none: 'There are no faults.',
        });
      }),
    );
};

function toRow(answer: unknown): readonly string[] {
  const fault = readFault(answer, '');
  return [fault.id, describePlace(fault), shortPath(fault), describeEffect(fault), describeTimes(fault)];
}

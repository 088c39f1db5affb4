import { CONTROL_HOST } from '../../apis/control/host.ts';
import { int32, object } from '../../kernel/decode.ts';
import { addPlaceOptions, type PlaceOptions, type Session, withWritableCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { usageError } from '../errors.ts';
import { examples, type Format, formatOption, printDone } from '../output.ts';
import { path } from '../owner-client.ts';

interface RemoveOptions extends PlaceOptions {
  readonly all?: true;
  readonly format: Format;
}

/** `accredit faults remove` */
export const faultsRemove: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('remove').argument('[id]'))
    .description('Remove a fault, or all of them.')
    .summary('remove faults')
    .option('--all', 'every fault, of all projects')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit faults remove 1a2b3c4d', 'accredit faults remove --all'))
    .action((id: string | undefined, options: RemoveOptions) => {
      if ((id === undefined) !== (options.all === true)) {
        throw usageError("Say which: the id that 'accredit faults list' shows, or --all.");
      }
      return withWritableCloud(context, options, (session) =>
        id === undefined ? removeAll(context, session, options) : removeOne(context, session, id, options),
      );
    });
};

async function removeOne(
  { out }: CliContext,
  { owner }: Session,
  id: string,
  { format }: RemoveOptions,
): Promise<void> {
  await owner.call({ method: 'DELETE', host: CONTROL_HOST, path: path`/v1/faults/${id}` });
  printDone(out, format, `Fault '${id}' is removed.`, { removed: 1 });
}

const readRemoved = object({ removed: int32 }, 'ignore');

async function removeAll({ out }: CliContext, { owner }: Session, { format }: RemoveOptions): Promise<void> {
  const answer = await owner.call({ method: 'DELETE', host: CONTROL_HOST, path: '/v1/faults' });
  const { removed } = readRemoved(answer, '');
  const sentence = removed === 1 ? '1 fault is removed.' : `${removed} faults are removed.`;
  printDone(out, format, sentence, { removed });
}

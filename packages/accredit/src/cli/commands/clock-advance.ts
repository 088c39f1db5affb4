import { type Command, InvalidArgumentError } from 'commander';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { printClock } from '../cloud/clock-output.ts';
import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { DURATION_HELP, durationSeconds } from '../duration-options.ts';
import { usageError } from '../errors.ts';
import { examples, type Format, formatOption, paragraphs } from '../output.ts';

/** The longest move at once, in seconds: ten years, which is also as far as a cloud can be ahead. */
const ADVANCE_LIMIT_SECONDS = 315_360_000;

const DESCRIPTION = paragraphs(
  "Move the cloud's time forward.",
  'Tokens grow old, keys rotate and operations end as if so much time had passed. It stays so, also after a restart: ' +
    "the cloud's time never goes back. Assertions of clients and TLS keep real time.",
  'After 56 minutes a metadata server gives out a fresh token, and after an hour the old one has expired.',
  DURATION_HELP,
);

/** `accredit clock advance` */
export const clockAdvance: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('advance').argument('<duration>', 'such as 56m, 1h30m, 90s or 2d'))
    // `-5m` is no option, but a duration all the same.
    .allowUnknownOption()
    .allowExcessArguments()
    .description(DESCRIPTION)
    .summary("move the cloud's time forward")
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit clock advance 56m', 'accredit clock advance 1h30m'))
    .action((text: string, options: PlaceOptions & { readonly format: Format }, command: Command) => {
      refuseWhatIsNoDuration(command);
      const seconds = readAdvance(text);
      return withWritableCloud(context, options, async ({ owner }) => {
        const request = { method: 'POST', host: CONTROL_HOST, path: '/v1/clock:advance' } as const;
        printClock(context.out, options.format, await owner.call({ ...request, body: { seconds } }));
      });
    });
};

/** Ends as commander does with an option that is none, and with a second argument. */
function refuseWhatIsNoDuration(command: Command): void {
  const option = command.args.find((word) => /^-\D/.test(word));
  if (option !== undefined) command.error(`error: unknown option '${option}'`);
  if (command.args.length > 1) command.error('error: expected one duration, such as 1h30m');
}

/** @throws {CliError} of status 2, in the words of an argument */
function readAdvance(text: string): number {
  if (text.startsWith('-')) throw usageError(`The cloud's time only moves forward, not by '${text}'.`);
  try {
    return durationSeconds(1, ADVANCE_LIMIT_SECONDS)(text);
  } catch (error) {
    if (error instanceof InvalidArgumentError)
      throw usageError(`'${text}' is not how far time can be moved. ${error.message}`);
    throw error;
  }
}

import { CONTROL_HOST } from '../../apis/control/host.ts';
import { printClock } from '../clock-calls.ts';
import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { spanSeconds } from '../duration-options.ts';
import { examples, type Format, formatOption, paragraphs } from '../output.ts';

/** The longest move at once, in seconds: ten years, which is also as far as a cloud can be ahead. */
const ADVANCE_LIMIT_SECONDS = 315_360_000;

const DESCRIPTION = paragraphs(
  "Move the cloud's time forward.",
  'Tokens grow old, keys rotate and operations end as if so much time had passed. It stays so, also after a restart: ' +
    "the cloud's time never goes back. Assertions of clients and TLS keep real time.",
  'After 56 minutes a metadata server gives out a fresh token, and after an hour the old one has expired.',
);

/** `accredit clock advance` */
export const clockAdvance: CommandModule = (parent, context) => {
  const readSpan = spanSeconds(1, ADVANCE_LIMIT_SECONDS);
  addPlaceOptions(parent.command('advance').argument('<duration>', 'such as 56m, 1h30m, 90s or 2d', readSpan))
    .description(DESCRIPTION)
    .summary("move the cloud's time forward")
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit clock advance 56m', 'accredit clock advance 1h30m'))
    .action((seconds: number, options: PlaceOptions & { readonly format: Format }) =>
      withWritableCloud(context, options, async ({ owner }) => {
        const request = { method: 'POST', host: CONTROL_HOST, path: '/v1/clock:advance' } as const;
        printClock(context.out, options.format, await owner.call({ ...request, body: { seconds } }));
      }),
    );
};

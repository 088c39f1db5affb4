import { Option } from 'commander';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { object, string } from '../../kernel/decode.ts';
import { addPlaceOptions, type PlaceOptions, type Session, withWritableCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { lifetimeSeconds } from '../duration-options.ts';
import { readJsonFile } from '../input-files.ts';
import { expandScopes } from '../instances/scopes.ts';
import { commaList, examples, type Format, printDone } from '../output.ts';
import { accountEmail } from '../projects.ts';

/** The longest life of a token that the cloud gives, in seconds. */
const LIFETIME_LIMIT_SECONDS = 43_200;

interface TokenOptions extends PlaceOptions {
  readonly format?: Format;
  readonly serviceAccount: string;
  readonly scopes?: readonly string[];
  readonly lifetime?: number;
  readonly accessBoundary?: string;
  readonly project?: string;
}

const readToken = object({ accessToken: string, expireTime: string }, 'ignore');

/** As the Security Token Service takes it: the boundary under its name, or alone. */
function readBoundary(cwd: string, file: string | undefined): unknown {
  if (file === undefined) return undefined;
  const options = readJsonFile(cwd, file);
  const isWrapped = typeof options === 'object' && options !== null && 'accessBoundary' in options;
  return isWrapped ? options.accessBoundary : options;
}

/** `accredit token` */
export const token: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('token'))
    .description('Print an access token of a service account, and nothing else on standard output.')
    .requiredOption('--service-account <account>', 'e-mail address, or the part of it before the @')
    .option('--scopes <scopes>', 'comma-separated scopes; default cloud-platform', commaList)
    .option(
      '--lifetime <duration>',
      'seconds, or 15m, 1h30m; default: 1h, at most 12h',
      lifetimeSeconds(LIFETIME_LIMIT_SECONDS),
    )
    .option(
      '--access-boundary <file>',
      'confine it to what a Credential Access Boundary (JSON) makes available',
    )
    // No default from ACCREDIT_FORMAT: `$(accredit token)` must stay a token.
    .addOption(new Option('--format <form>', 'json: with its expiry').choices(['json']))
    .option('--project <id>', 'project of an account that is named without one (ACCREDIT_PROJECT)')
    .addHelpText(
      'after',
      examples(
        'TOKEN=$(accredit token --service-account workload)',
        'API=$(accredit status --format json | jq -r .apiUrl)',
        'curl -H "Authorization: Bearer $TOKEN" \\\n      "$API/storage/v1/b?project=local-project"',
      ),
    )
    .action((options: TokenOptions) =>
      withWritableCloud(context, options, (session) => mintToken(context, session, options)),
    );
};

async function mintToken(context: CliContext, session: Session, options: TokenOptions): Promise<void> {
  const body = {
    serviceAccount: accountEmail(context, session, options.serviceAccount, options.project),
    scopes: expandScopes(options.scopes ?? []),
    lifetimeSeconds: options.lifetime,
    accessBoundary: readBoundary(context.cwd, options.accessBoundary),
  };
  const answer = await session.owner.call({ method: 'POST', host: CONTROL_HOST, path: '/v1/tokens', body });
  const minted = readToken(answer, '');
  printDone(context.out, options.format ?? 'table', minted.accessToken, minted);
}

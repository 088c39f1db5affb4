import { clip } from '../../kernel/clip.ts';
import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { CliError } from '../errors.ts';
import { IAM_HOST, readAccount } from '../iam/account-calls.ts';
import { examples, type Format, formatOption, printDone } from '../output.ts';
import { CallFailed, path } from '../owner-client.ts';
import { projectOf } from '../projects.ts';

interface CreateOptions extends PlaceOptions {
  readonly project?: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly format: Format;
}

/** `accredit service-accounts create` */
export const serviceAccountsCreate: CommandModule = (parent, context) => {
  addPlaceOptions(
    parent
      .command('create')
      .argument('<account-id>', 'the part of its address before the @: 6 to 30 characters'),
  )
    .description(
      'Create a service account, and print its e-mail address. It has no roles: see accredit iam grant.',
    )
    .summary('create a service account')
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .option('--display-name <text>', 'what people call it')
    .option('--description <text>', 'what it is for')
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples('accredit service-accounts create reader --display-name "Reads the archive"'),
    )
    .action((accountId: string, options: CreateOptions) =>
      withWritableCloud(context, options, async (session) => {
        const { displayName, description } = options;
        const answer = await session.owner
          .call({
            method: 'POST',
            host: IAM_HOST,
            path: path`/v1/projects/${projectOf(context, session, options.project)}/serviceAccounts`,
            body: { accountId, serviceAccount: { displayName, description } },
          })
          .catch(async (error: unknown) => {
            throw await describeBadId(error, accountId);
          });
        printDone(context.out, options.format, readAccount(answer, '').email, answer);
      }),
    );
};

/** Says of a refusal what an account id is, where this was none. */
async function describeBadId(error: unknown, accountId: string): Promise<unknown> {
  // The rules of the file are long, and most ids are good.
  const { ACCOUNT_ID } = await import('../../config/rules.ts');
  if (!(error instanceof CallFailed) || ACCOUNT_ID.fits(accountId)) return error;
  const lower = accountId.toLowerCase();
  const ending = ACCOUNT_ID.fits(lower) ? `; did you mean '${lower}'?` : '.';
  return new CliError(
    `Expected ${ACCOUNT_ID.expected}, got '${clip(accountId)}'${ending}`,
    error.status,
    error,
  );
}

import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bytes, object, string } from '../../kernel/decode.ts';
import { addPlaceOptions, type PlaceOptions, withWritableCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { CliError, FAILURE } from '../errors.ts';
import { callAccount } from '../iam/account-options.ts';
import { examples, paragraphs } from '../output.ts';

interface CreateKeyOptions extends PlaceOptions {
  readonly serviceAccount: string;
  readonly project?: string;
}

const readKey = object({ name: string, privateKeyData: bytes }, 'ignore');

/** Where a key goes that is wanted on standard output. */
const STANDARD_OUTPUT = '-';

const DESCRIPTION = paragraphs(
  'Create a key of a service account, and write its key file.',
  "The file is yours alone (0600) and never replaces another one; '-' writes to standard output. The cloud keeps no " +
    'copy of the private key.',
);

/** `accredit service-accounts keys create` */
export const serviceAccountKeysCreate: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('create').argument('<file>'))
    .description(DESCRIPTION)
    .summary('create a key and write its file')
    .requiredOption('--service-account <account>', 'e-mail address, or the part of it before the @')
    .option('--project <id>', 'project of an account that is named without one (ACCREDIT_PROJECT)')
    .addHelpText('after', examples('accredit service-accounts keys create key.json --service-account reader'))
    .action((file: string, options: CreateKeyOptions) =>
      withWritableCloud(context, options, async (session) => {
        const request = { method: 'POST', suffix: '/keys', body: {} } as const;
        const keyName = await intoFile(context, file, async (write) => {
          const { name, privateKeyData } = readKey(
            await callAccount(context, session, options.serviceAccount, options, request),
            '',
          );
          write(privateKeyData.toString('utf8'));
          return name;
        });
        context.err.write(`accredit: made ${keyName}\n`);
      }),
    );
};

/**
 * Takes the place of the file before the key is made: a key that cannot be written would be lost and yet be good.
 *
 * @throws {CliError} where there is such a file already, or it cannot be written
 */
async function intoFile<T>(
  { cwd, out }: CliContext,
  file: string,
  make: (write: (text: string) => void) => Promise<T>,
): Promise<T> {
  if (file === STANDARD_OUTPUT) return make((text) => out.write(text));
  const place = resolve(cwd, file);
  const descriptor = createFile(place);
  try {
    return await make((text) => writeFileSync(descriptor, text));
  } catch (error) {
    rmSync(place, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function createFile(place: string): number {
  try {
    return openSync(place, 'wx', 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST')
      throw new CliError(`'${place}' is there already; name another file.`, FAILURE, error);
    throw new CliError(`'${place}' cannot be written: ${String(code ?? error)}.`, FAILURE, error);
  }
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { object, string } from '../../kernel/decode.ts';
import { IAM_HOST } from '../account-calls.ts';
import { accountPath, addKeyOptions, type KeyOptions } from '../account-options.ts';
import { withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { CliError, FAILURE } from '../errors.ts';
import { examples, paragraphs, printDone } from '../output.ts';

const readKey = object({ name: string }, 'ignore');

const DESCRIPTION = paragraphs(
  'Upload the public half of a key of your own, and print the id that it has from now on.',
  'The file is an X.509 v3 certificate of an RSA key, PEM. The key is good as long as the certificate.',
);

/** `accredit service-accounts keys upload` */
export const serviceAccountKeysUpload: CommandModule = (parent, context) => {
  addKeyOptions(parent.command('upload').argument('<file>'), context)
    .description(DESCRIPTION)
    .summary('upload a public key')
    .addHelpText('after', examples('accredit service-accounts keys upload cert.pem --service-account reader'))
    .action((file: string, options: KeyOptions) =>
      withWritableCloud(context, options, async (session) => {
        const publicKeyData = readFile(resolve(context.cwd, file)).toString('base64');
        const place = `${accountPath(context, session, options.serviceAccount, options)}/keys:upload`;
        const request = { method: 'POST' as const, host: IAM_HOST, path: place, body: { publicKeyData } };
        const answer = await session.owner.call(request);
        const { name } = readKey(answer, '');
        printDone(context.out, options.format, name.slice(name.lastIndexOf('/') + 1), answer);
      }),
    );
};

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new CliError(`'${file}' cannot be read: ${String(code ?? error)}.`, FAILURE, error);
  }
}

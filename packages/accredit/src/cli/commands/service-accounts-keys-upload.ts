import { object, string } from '../../kernel/decode.ts';
import { withWritableCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { addKeyOptions, callAccount, type KeyOptions } from '../iam/account-options.ts';
import { readInputFile } from '../input-files.ts';
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
        const publicKeyData = readInputFile(context.cwd, file).toString('base64');
        const request = { method: 'POST', suffix: '/keys:upload', body: { publicKeyData } } as const;
        const answer = await callAccount(context, session, options.serviceAccount, options, request);
        const { name } = readKey(answer, '');
        printDone(context.out, options.format, name.slice(name.lastIndexOf('/') + 1), answer);
      }),
    );
};

import type { CommandModule } from '../context.ts';
import { addKeyOptions, changeKey, type KeyOptions } from '../iam/account-options.ts';
import { examples, paragraphs } from '../output.ts';

const DESCRIPTION = paragraphs(
  'Delete a key of a service account.',
  'It gets no more tokens; those that it has got live on.',
);

/** `accredit service-accounts keys delete` */
export const serviceAccountKeysDelete: CommandModule = (parent, context) => {
  addKeyOptions(parent.command('delete').argument('<key-id>'), context)
    .description(DESCRIPTION)
    .summary('delete a key')
    .addHelpText('after', examples('accredit service-accounts keys delete $KEY_ID --service-account reader'))
    .action((keyId: string, options: KeyOptions) =>
      changeKey(context, keyId, options, { method: 'DELETE', state: 'deleted' }),
    );
};

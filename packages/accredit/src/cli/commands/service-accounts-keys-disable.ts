import type { CommandModule } from '../context.ts';
import { addKeyOptions, changeKey, type KeyOptions } from '../iam/account-options.ts';
import { examples, paragraphs } from '../output.ts';

const DESCRIPTION = paragraphs(
  'Disable a key of a service account.',
  'It gets no more tokens; those that it has got live on.',
);

/** `accredit service-accounts keys disable` */
export const serviceAccountKeysDisable: CommandModule = (parent, context) => {
  addKeyOptions(parent.command('disable').argument('<key-id>'), context)
    .description(DESCRIPTION)
    .summary('disable a key')
    .addHelpText('after', examples('accredit service-accounts keys disable $KEY_ID --service-account reader'))
    .action((keyId: string, options: KeyOptions) =>
      changeKey(context, keyId, options, { method: 'POST', verb: ':disable', state: 'disabled' }),
    );
};

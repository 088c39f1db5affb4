import type { CommandModule } from '../context.ts';
import { addKeyOptions, changeKey, type KeyOptions } from '../iam/account-options.ts';
import { examples, paragraphs } from '../output.ts';

const DESCRIPTION = paragraphs('Enable a key of a service account that was disabled.');

/** `accredit service-accounts keys enable` */
export const serviceAccountKeysEnable: CommandModule = (parent, context) => {
  addKeyOptions(parent.command('enable').argument('<key-id>'), context)
    .description(DESCRIPTION)
    .summary('enable a key')
    .addHelpText('after', examples('accredit service-accounts keys enable $KEY_ID --service-account reader'))
    .action((keyId: string, options: KeyOptions) =>
      changeKey(context, keyId, options, { method: 'POST', verb: ':enable', state: 'enabled' }),
    );
};

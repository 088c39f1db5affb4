import { anything, boolean, list, object, optional, string } from '../../kernel/decode.ts';
import { withStoredCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { addKeyOptions, callAccount, type KeyOptions } from '../iam/account-options.ts';
import { examples, printList } from '../output.ts';

const readKeys = object({ keys: list(anything) }, 'ignore');

const readKey = object(
  {
    name: string,
    validAfterTime: string,
    validBeforeTime: string,
    keyOrigin: string,
    disabled: optional(boolean),
  },
  'ignore',
);

/** `accredit service-accounts keys list` */
export const serviceAccountKeysList: CommandModule = (parent, context) => {
  addKeyOptions(parent.command('list'), context)
    .description('List the keys that users hold for a service account.')
    .summary('list keys')
    .addHelpText('after', examples('accredit service-accounts keys list --service-account reader'))
    .action((options: KeyOptions) =>
      withStoredCloud(context, options, async (session) => {
        const request = { method: 'GET', suffix: '/keys' } as const;
        const answer = await callAccount(context, session, options.serviceAccount, options, request);
        printList(context.out, options.format, readKeys(answer, '').keys, {
          headers: ['KEY ID', 'CREATED', 'EXPIRES', 'ORIGIN', 'STATE'],
          row: toRow,
          none: `Service account '${options.serviceAccount}' has no keys.`,
        });
      }),
    );
};

function toRow(answer: unknown): readonly string[] {
  const { name, validAfterTime, validBeforeTime, keyOrigin, disabled } = readKey(answer, '');
  const keyId = name.slice(name.lastIndexOf('/') + 1);
  return [keyId, validAfterTime, validBeforeTime, keyOrigin, disabled === true ? 'disabled' : 'active'];
}

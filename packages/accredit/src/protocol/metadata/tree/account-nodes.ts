import type { MetadataItem, ServiceAccountMetadata } from '../instance-metadata.ts';
import { type Directory, directory, list, mapDirectory, type TreeNode, text } from './nodes.ts';

/** Custom entries, keys verbatim and values byte for byte (metadata notes 8.3). */
export function attributes(items: readonly MetadataItem[]): Directory {
  return mapDirectory(items.map(({ key, value }) => [key, text(value)]));
}

/** Each account under its e-mail and under each of its aliases: the same object (metadata notes 9.1). */
export function serviceAccounts(accounts: readonly ServiceAccountMetadata[]): Directory {
  return mapDirectory(
    accounts.flatMap((account): (readonly [string, TreeNode])[] => {
      const node = serviceAccount(account);
      return [account.email, ...account.aliases].map((name) => [name, node]);
    }),
  );
}

function serviceAccount({ email, aliases, scopes }: ServiceAccountMetadata): Directory {
  return directory({
    aliases: list(aliases),
    email: text(email),
    identity: { kind: 'dynamic', key: 'identity', account: email },
    scopes: list(scopes),
    token: { kind: 'dynamic', key: 'token', account: email },
  });
}

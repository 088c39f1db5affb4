import { group } from '../group.ts';
import { serviceAccountsCreate } from './service-accounts-create.ts';
import { serviceAccountKeysCreate } from './service-accounts-keys-create.ts';
import { serviceAccountsList } from './service-accounts-list.ts';

/** `accredit service-accounts` */
export const serviceAccounts = group('service-accounts', 'Service accounts and their keys.', [
  serviceAccountsList,
  serviceAccountsCreate,
  group('keys', 'Keys that users hold for a service account.', [serviceAccountKeysCreate]),
]);

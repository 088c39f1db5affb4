import { group } from '../command-group.ts';
import { serviceAccountsCreate } from './service-accounts-create.ts';
import { serviceAccountsDelete } from './service-accounts-delete.ts';
import { serviceAccountsDescribe } from './service-accounts-describe.ts';
import { serviceAccountsDisable } from './service-accounts-disable.ts';
import { serviceAccountsEnable } from './service-accounts-enable.ts';
import { serviceAccountKeysCreate } from './service-accounts-keys-create.ts';
import { serviceAccountKeysDelete } from './service-accounts-keys-delete.ts';
import { serviceAccountKeysDisable } from './service-accounts-keys-disable.ts';
import { serviceAccountKeysEnable } from './service-accounts-keys-enable.ts';
import { serviceAccountKeysList } from './service-accounts-keys-list.ts';
import { serviceAccountKeysUpload } from './service-accounts-keys-upload.ts';
import { serviceAccountsList } from './service-accounts-list.ts';
import { serviceAccountsUndelete } from './service-accounts-undelete.ts';

/** `accredit service-accounts` */
export const serviceAccounts = group('service-accounts', 'Service accounts and their keys.', [
  serviceAccountsList,
  serviceAccountsDescribe,
  serviceAccountsCreate,
  serviceAccountsDisable,
  serviceAccountsEnable,
  serviceAccountsDelete,
  serviceAccountsUndelete,
  group('keys', 'Keys that users hold for a service account.', [
    serviceAccountKeysList,
    serviceAccountKeysCreate,
    serviceAccountKeysUpload,
    serviceAccountKeysDisable,
    serviceAccountKeysEnable,
    serviceAccountKeysDelete,
  ]),
]);

import { group } from '../command-group.ts';
import { bucketsCreate } from './buckets-create.ts';
import { bucketsDelete } from './buckets-delete.ts';
import { bucketsList } from './buckets-list.ts';

/** `accredit buckets` */
export const buckets = group('buckets', 'Buckets of Cloud Storage.', [
  bucketsList,
  bucketsCreate,
  bucketsDelete,
]);

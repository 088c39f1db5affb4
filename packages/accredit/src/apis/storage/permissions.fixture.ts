/** What Cloud Storage asks the callers of its methods for (IAM notes 3.1). */
import { PROJECT_ID } from '../api.fixture.ts';
import type { ExpectedMethods } from '../permission-suite.fixture.ts';
import { BUCKET } from './storage.fixture.ts';

/** The objects that the tests read and write. */
export const OLD_OBJECT = 'old';
export const NEW_OBJECT = 'new';

const ON_PROJECT = `projects/${PROJECT_ID}`;
const ON_BUCKET = `projects/_/buckets/${BUCKET}`;
const ON_OLD_OBJECT = `${ON_BUCKET}/objects/${OLD_OBJECT}`;
const ON_NEW_OBJECT = `${ON_BUCKET}/objects/${NEW_OBJECT}`;

const READ = [
  'cloud-platform',
  'cloud-platform.read-only',
  'devstorage.full_control',
  'devstorage.read_only',
  'devstorage.read_write',
];
const WRITE = ['cloud-platform', 'devstorage.full_control', 'devstorage.read_write'];
const FULL = ['cloud-platform', 'devstorage.full_control'];

/**
 * The permissions to see access control lists are not among them: lists are not shown. An upload over an object asks for
 * `storage.objects.delete` too, which `uploads.test.ts` has.
 */
export const STORAGE_PERMISSIONS: ExpectedMethods = {
  'storage.buckets.list': { scopes: READ, asks: [['storage.buckets.list', ON_PROJECT]] },
  'storage.buckets.get': { scopes: READ, asks: [['storage.buckets.get', ON_BUCKET]] },
  'storage.buckets.insert': { scopes: WRITE, asks: [['storage.buckets.create', ON_PROJECT]] },
  'storage.buckets.delete': { scopes: WRITE, asks: [['storage.buckets.delete', ON_BUCKET]] },
  'storage.buckets.getIamPolicy': { scopes: FULL, asks: [['storage.buckets.getIamPolicy', ON_BUCKET]] },
  'storage.buckets.setIamPolicy': { scopes: FULL, asks: [['storage.buckets.setIamPolicy', ON_BUCKET]] },
  'storage.objects.list': { scopes: READ, asks: [['storage.objects.list', ON_BUCKET]] },
  'storage.objects.get': { scopes: READ, asks: [['storage.objects.get', ON_OLD_OBJECT]] },
  'storage.objects.delete': { scopes: WRITE, asks: [['storage.objects.delete', ON_OLD_OBJECT]] },
  'storage.objects.insert': { scopes: WRITE, asks: [['storage.objects.create', ON_NEW_OBJECT]] },
  'storage.objects.insertWithoutMedia': { scopes: WRITE },
};

import type { Api } from '../../http/method.ts';
import { getIamPolicy, setIamPolicy } from './bucket-policies.ts';
import * as buckets from './buckets.ts';
import { findConsumer } from './consumer.ts';
import * as objects from './objects.ts';
import { refuse } from './refusals.ts';
import * as uploads from './uploads.ts';

/**
 * Cloud Storage, JSON API v1.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1
 */
export const storage: Api = {
  name: 'storage',
  hosts: ['storage.googleapis.com'],
  family: 'storage',
  consumer: findConsumer,
  refuse,
  methods: [
    buckets.list,
    buckets.get,
    buckets.insert,
    buckets.delete,
    getIamPolicy,
    setIamPolicy,
    objects.list,
    objects.get,
    objects.delete,
    uploads.insert,
    uploads.insertWithoutMedia,
  ],
};

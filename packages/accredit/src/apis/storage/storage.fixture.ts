/** What the tests of Storage share: a cloud with one bucket, and somebody who may do everything. */
import assert from 'node:assert/strict';
import type { Services } from '../../http/services.ts';
import type { Bucket } from '../../resources/buckets.ts';
import {
  openTestCloud,
  PROJECT_ID,
  PROJECT_NUMBER,
  type TestCloud,
  type TestRequest,
} from '../api.fixture.ts';
import { storage } from './index.ts';

export const HOST = 'https://storage.googleapis.com';
export const API = `${HOST}/storage/v1`;
export const UPLOAD = `${HOST}/upload/storage/v1`;
export const BUCKET = 'bucket-1';

/** Writes a bucket as its owner would, without asking anybody. */
export async function makeBucket(
  cloud: TestCloud,
  name = BUCKET,
  settings: Partial<Bucket> = {},
): Promise<void> {
  const { buckets } = cloud.services.resources;
  const project = { projectId: PROJECT_ID, projectNumber: PROJECT_NUMBER };
  await buckets.create(buckets.draft(project, { name, ...settings }));
}

/** A cloud with a bucket and a caller with `roles/storage.admin` on the project. */
export async function openStorage(settings: Partial<Bucket> = {}, changed: Partial<Services> = {}) {
  const cloud = await openTestCloud([storage], changed);
  await makeBucket(cloud, BUCKET, settings);
  const email = await cloud.account('admin', 'roles/storage.admin');
  const token = await cloud.token(email);
  return {
    cloud,
    email,
    token,
    send: (method: string, url: string, request: TestRequest = {}) =>
      cloud.send(method, url, { token, ...request }),
    /** Uploads text as an object and returns what the API says of it. */
    async upload(name: string, text = 'hello world', headers: Readonly<Record<string, string>> = {}) {
      const url = `${UPLOAD}/b/${BUCKET}/o?uploadType=media&name=${encodeURIComponent(name)}`;
      const response = await cloud.send('POST', url, {
        token,
        body: text,
        headers: { 'content-type': 'text/plain', ...headers },
      });
      assert.equal(response.status, 200, response.text);
      return response.json;
    },
  };
}

/** The address of an object's metadata. */
export function objectUrl(name: string, bucket = BUCKET): string {
  return `${API}/b/${bucket}/o/${encodeURIComponent(name)}`;
}

/** The body of an error in Storage's envelope (storage notes, part 0). */
export function errorBody(
  code: number,
  reason: string,
  message: string,
  location?: 'If-Match' | 'Authorization',
) {
  const where = location === undefined ? {} : { locationType: 'header', location };
  return { error: { code, message, errors: [{ message, domain: 'global', reason, ...where }] } };
}

/** The refusal of a permission, as Storage words it. */
export function refusal(who: string, permission: string, kind: string): string {
  return (
    `${who} does not have ${permission} access to the Google Cloud ${kind}. ` +
    `Permission '${permission}' denied on resource (or it may not exist).`
  );
}

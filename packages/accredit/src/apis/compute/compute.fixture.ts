/** What the tests of Compute Engine share: a cloud with a caller, and the bodies that clients send. */
import type { Services } from '../../http/services.ts';
import { openTestCloud, PROJECT_ID, type TestCloud, type TestResponse } from '../api.fixture.ts';
import { compute } from './index.ts';

export const PROJECT_URL = `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}`;
export const ZONE_URL = `${PROJECT_URL}/zones/us-central1-a`;
export const LINK = `https://www.googleapis.com/compute/v1/projects/${PROJECT_ID}`;
export const ZONE_LINK = `${LINK}/zones/us-central1-a`;

/** 2026-11-23T05:00:00Z, the time of the fixture, as Compute Engine writes it. */
export const NOW_TEXT = '2026-11-22T21:00:00.000-08:00';

/** The least that an insert takes. */
export function bodyOf(name: string, more: Readonly<Record<string, unknown>> = {}): object {
  return {
    name,
    machineType: 'zones/us-central1-a/machineTypes/e2-medium',
    disks: [{ boot: true, initializeParams: { sourceImage: DEBIAN } }],
    ...more,
  };
}

export const DEBIAN = 'projects/debian-cloud/global/images/family/debian-12';

/** A cloud with one caller, and short ways to ask it. */
export interface ComputeCloud {
  readonly cloud: TestCloud;
  readonly email: string;
  readonly token: string;
  get(url: string): Promise<TestResponse>;
  post(url: string, body?: unknown): Promise<TestResponse>;
  remove(url: string): Promise<TestResponse>;
  /** Makes an instance in us-central1-a, or in the zone given. */
  make(name: string, more?: Readonly<Record<string, unknown>>, zone?: string): Promise<TestResponse>;
}

export async function openCompute(
  roles: readonly string[] = ['roles/owner'],
  changed: Partial<Services> = {},
): Promise<ComputeCloud> {
  const cloud = await openTestCloud([compute], changed);
  const email = await cloud.account('caller', ...roles);
  const token = await cloud.token(email);
  return {
    cloud,
    email,
    token,
    get: (url) => cloud.send('GET', url, { token }),
    post: (url, body) => cloud.send('POST', url, { token, body }),
    remove: (url) => cloud.send('DELETE', url, { token }),
    make: (name, more = {}, zone = 'us-central1-a') =>
      cloud.send('POST', `${PROJECT_URL}/zones/${zone}/instances`, {
        token,
        body: bodyOf(name, { machineType: `zones/${zone}/machineTypes/e2-medium`, ...more }),
      }),
  };
}

/** Returns the error envelope of the API. */
export function errorOf(code: number, message: string, reason: string): object {
  return { error: { code, message, errors: [{ message, domain: 'global', reason }] } };
}

/** What an operation says of itself that differs between operations. */
interface DoneOperation {
  /** The operation that was answered: its id and name are random. */
  readonly answered: { readonly id: string; readonly name: string };
  readonly operationType: string;
  readonly targetId: string | undefined;
  /** E-mail address of the caller. */
  readonly user: string;
}

/** Returns an operation on the instance `vm1` that was done at once, members in Google's order. */
export function doneOperation({ answered, operationType, targetId, user }: DoneOperation): object {
  return {
    kind: 'compute#operation',
    id: answered.id,
    name: answered.name,
    zone: ZONE_LINK,
    operationType,
    targetLink: `${ZONE_LINK}/instances/vm1`,
    targetId,
    status: 'DONE',
    user,
    progress: 100,
    insertTime: NOW_TEXT,
    startTime: NOW_TEXT,
    endTime: NOW_TEXT,
    selfLink: `${ZONE_LINK}/operations/${answered.name}`,
  };
}

/** What the tests of the APIs share: a cloud of one project without sockets, with a fixed clock and seeded random. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { HttpResponse, Listener } from '../http/message.ts';
import type { Api } from '../http/method.ts';
import { createPipeline, type RequestHandler } from '../http/pipeline.ts';
import type { Services } from '../http/services.ts';
import { Issuer } from '../identity/issuer.ts';
import { type Clock, type Random, type SetAlarm, silentLog } from '../kernel/ports.ts';
import { AuditLog } from '../observability/audit-log.ts';
import type { AuditTrail } from '../observability/audit-trail.ts';
import { type FindRole, withMembers } from '../protocol/iam/policies/policy.ts';
import { findRole } from '../protocol/iam/roles/catalogue.ts';
import { CLOUD_PLATFORM } from '../protocol/iam/scopes.ts';
import { openResources } from '../resources/resources.ts';
import { userManagedEmail } from '../resources/service-accounts.ts';
import { MemoryObjectBytes } from '../store/memory-object-bytes.ts';
import { ObservedStore } from '../store/observed-store.fixture.ts';

/** 2026-11-23T05:00:00.000Z. */
export const NOW_MS = 1_795_410_000_000;

/** The project of every fixture. */
export const PROJECT_ID = 'lab-project';
export const PROJECT_NUMBER = '123456789012';

/** A clock that stands still until it is moved. */
export class FixedClock implements Clock {
  nowMs: number;

  constructor(nowMs = NOW_MS) {
    this.nowMs = nowMs;
  }

  now(): number {
    return this.nowMs;
  }
}

/** Alarms that ring when the test says so. */
export class TestAlarms {
  readonly #set = new Map<object, { readonly delayMs: number; readonly ring: () => void }>();

  readonly set: SetAlarm = (delayMs, ring) => {
    const alarm = {};
    this.#set.set(alarm, { delayMs, ring });
    return () => void this.#set.delete(alarm);
  };

  /** The delays of the alarms that are set, shortest first. */
  get delaysMs(): readonly number[] {
    return [...this.#set.values()].map(({ delayMs }) => delayMs).sort((a, b) => a - b);
  }

  /** Rings every alarm of at most this delay. */
  ring(upToMs: number): void {
    // What rings may set another; that one is for the next time.
    for (const [alarm, { delayMs, ring }] of Array.from(this.#set)) {
      if (delayMs > upToMs) continue;
      this.#set.delete(alarm);
      ring();
    }
  }
}

/** Bytes that look random and are the same in every run. */
export function seededRandom(seed = 'accredit'): Random {
  let counter = 0;
  return {
    bytes(length) {
      const blocks: Buffer[] = [];
      for (let made = 0; made < length; made += 32) {
        counter += 1;
        blocks.push(createHash('sha256').update(`${seed}/${counter}`).digest());
      }
      return Buffer.concat(blocks).subarray(0, length);
    },
  };
}

/** What a test sends. */
export interface TestRequest {
  /** An access token, sent as a bearer. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A value is sent as JSON, a string or buffer as it is. */
  readonly body?: unknown;
  readonly listener?: Listener;
}

/** What a test gets back: the body as text, and parsed where it is JSON. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // A test asserts whole bodies; their type is what the assertion says.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

/** A cloud for tests. */
export interface TestCloud {
  /** Lets another call come right before a commit of one that is under way. */
  readonly store: ObservedStore;
  readonly services: Services;
  readonly audit: AuditLog;
  readonly clock: FixedClock;
  readonly alarms: TestAlarms;
  /** What answers requests, for tests over a socket. */
  readonly handle: RequestHandler;
  /** Sends a request: `GET https://storage.googleapis.com/storage/v1/b?project=p`. */
  send(method: string, url: string, request?: TestRequest): Promise<TestResponse>;
  /** Makes a service account in the project, gives it roles on the project, and returns its address. */
  account(accountId: string, ...roles: readonly string[]): Promise<string>;
  /** Gives a role on any resource. */
  grant(resource: string, role: string, member: string): Promise<void>;
  /** Mints a token for an account. Default scope: cloud-platform. */
  token(
    email: string,
    options?: { readonly scopes?: readonly string[]; readonly lifetimeSeconds?: number },
  ): Promise<string>;
}

/**
 * Opens a cloud of the given APIs with the project `lab-project`.
 *
 * @param roles - default: the catalogue; a test of permissions makes roles of its own
 * @param trail - where the entries of the audit log go; default: nowhere
 */
export async function openTestCloud(
  apis: readonly Api[],
  changed: Partial<Services> = {},
  roles: FindRole = findRole,
  trail?: AuditTrail,
): Promise<TestCloud> {
  const store = new ObservedStore();
  const clock = new FixedClock();
  const alarms = new TestAlarms();
  const random = seededRandom();
  const resources = openResources(store, { clock, random, findRole: roles });
  const issuer = await Issuer.open(store, clock, random);
  const services: Services = {
    resources,
    objectBytes: new MemoryObjectBytes(random),
    issuer,
    openIdIssuer: 'https://accounts.google.com',
    clock,
    realClock: clock,
    sleep: async (delayMs) => {
      clock.nowMs += delayMs;
    },
    setAlarm: alarms.set,
    random,
    log: silentLog,
    iamMode: 'enforce',
    operationDelayMs: 0,
    ...changed,
  };
  const audit = await AuditLog.open(store, trail);
  const handle = createPipeline(apis, services, audit);
  await resources.commit(resources.projects.put(resources.projects.draft(PROJECT_ID, 'Lab', PROJECT_NUMBER)));
  const grant: TestCloud['grant'] = async (resource, role, member) => {
    const { value } = await resources.policies.get(resource);
    await resources.commit([await resources.policies.put(resource, withMembers(value, role, [member]))]);
  };
  return {
    store,
    services,
    audit,
    clock,
    alarms,
    handle,
    grant,
    async send(method, url, request = {}) {
      const { host, pathname, search } = new URL(url);
      const body = request.body === undefined ? undefined : toBytes(request.body);
      const response = await handle({
        method,
        target: pathname + search,
        headers: {
          host,
          ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
          ...(body === undefined
            ? {}
            : { 'content-length': String(body.length), 'content-type': 'application/json' }),
          ...request.headers,
        },
        ...(body === undefined ? {} : { body: Readable.from([body]) }),
        listener: request.listener ?? { kind: 'api' },
      });
      return toTestResponse(response);
    },
    async account(accountId, ...roles) {
      const email = userManagedEmail(accountId, PROJECT_ID);
      await resources.commit(
        resources.serviceAccounts.put(resources.serviceAccounts.draft(PROJECT_ID, email)),
      );
      for (const role of roles) await grant(`projects/${PROJECT_ID}`, role, `serviceAccount:${email}`);
      return email;
    },
    async token(email, { scopes = [CLOUD_PLATFORM], lifetimeSeconds = 3600 } = {}) {
      const account = await resources.serviceAccounts.find(email);
      if (account === undefined) throw new Error(`No account ${email} in the fixture.`);
      const principal = { kind: 'serviceAccount' as const, email, uniqueId: account.value.uniqueId };
      return issuer.mintAccessToken({ grantId: 'test', principal, scopes, lifetimeSeconds }).token;
    },
  };
}

function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

async function toTestResponse({ status, headers, body }: HttpResponse): Promise<TestResponse> {
  const chunks: Buffer[] = [];
  if (body instanceof Readable) for await (const chunk of body) chunks.push(Buffer.from(chunk));
  else if (body !== undefined) chunks.push(Buffer.from(body));
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = (headers['Content-Type'] ?? '').startsWith('application/json');
  return { status, headers, text, json: isJson ? JSON.parse(text) : undefined };
}

import type { HttpResponse } from '../../http/message.ts';
import type { Clock } from '../../kernel/ports.ts';
import type { InstanceMetadata } from '../../protocol/metadata/instance-metadata.ts';
import type { Directory } from '../../protocol/metadata/nodes.ts';
import { enforcesScopes } from '../../protocol/metadata/token-query.ts';
import { buildTree } from '../../protocol/metadata/tree.ts';
import type { Instance } from '../../resources/instances.ts';
import type { Resources } from '../../resources/resources.ts';
import type { AccountState, ServiceAccount } from '../../resources/service-accounts.ts';
import { TokenRate } from './token-rate.ts';

/** Answers that one instance keeps for a second; a client that asks for more different things pays for each. */
const KEPT_ANSWER_LIMIT = 100;

/**
 * Answers that stay the same for a second: their date, and the remainder of a token's life, are whole seconds. A busy
 * client asks for the same thing thousands of times in that time.
 */
class AnswerMemo {
  #realSecond = 0;
  #cloudSecond = 0;
  readonly #answers = new Map<string, HttpResponse>();

  /** The seconds of both clocks are asked for, so that neither can move without being seen. */
  get(target: string, realSecond: number, cloudSecond: number): HttpResponse | undefined {
    if (realSecond === this.#realSecond && cloudSecond === this.#cloudSecond)
      return this.#answers.get(target);
    this.#realSecond = realSecond;
    this.#cloudSecond = cloudSecond;
    this.#answers.clear();
    return undefined;
  }

  put(target: string, response: HttpResponse): void {
    if (this.#answers.size < KEPT_ANSWER_LIMIT) this.#answers.set(target, response);
  }
}

/** Trees that are kept; one takes about 20 kB, and an instance that is asked again gets a new one. */
const KEPT_VIEW_LIMIT = 1000;

/** An attached account with what a token needs of it. */
export interface AccountView {
  readonly uniqueId: string;
  readonly state: AccountState;
}

/** One instance as its metadata server shows it, ready to answer without asking the store. */
export interface InstanceView {
  readonly instance: Instance;
  readonly metadata: InstanceMetadata;
  readonly tree: Directory;
  readonly enforcesScopes: boolean;
  /** The answers of this second, by request target. */
  readonly answers: AnswerMemo;
  /** By e-mail address. */
  readonly accounts: ReadonlyMap<string, AccountView>;
}

/** The views of the instances that are asked, kept until a record that they show changes. */
export class InstanceViews {
  readonly #load: (name: string) => Promise<InstanceView | undefined>;
  /** Least recently loaded first. A promise while it is loaded, so that a change meanwhile takes it away. */
  readonly #views = new Map<string, Promise<InstanceView | undefined>>();
  readonly #ready = new Map<string, InstanceView>();
  readonly #rates = new Map<string, TokenRate>();
  readonly #realClock: Clock;

  constructor(
    resources: Resources,
    toMetadata: (instance: Instance) => Promise<InstanceMetadata | undefined>,
    realClock: Clock,
  ) {
    this.#realClock = realClock;
    this.#load = async (name) => {
      const [, projectId = '', , zone = '', , instanceName = ''] = name.split('/');
      const stored = await resources.instances.get(projectId, zone, instanceName);
      const metadata = stored === undefined ? undefined : await toMetadata(stored.value);
      if (stored === undefined || metadata === undefined) return undefined;
      const emails = stored.value.serviceAccounts.map(({ email }) => email);
      const accounts = await Promise.all(emails.map((email) => resources.serviceAccounts.find(email)));
      return {
        instance: stored.value,
        metadata,
        tree: buildTree(metadata),
        enforcesScopes: enforcesScopes(metadata),
        answers: new AnswerMemo(),
        accounts: new Map(emails.map((email, index) => [email, toAccountView(accounts[index]?.value)])),
      };
    };
    resources.instances.watch((name, instance) => {
      this.#forget(name);
      if (instance === undefined) this.#rates.delete(name);
    });
    // Projects and accounts change rarely, and stand in many views.
    resources.watchAccountsAndProjects(() => {
      this.#views.clear();
      this.#ready.clear();
    });
  }

  /** Returns the view of an instance where it is at hand. */
  ready(name: string): InstanceView | undefined {
    return this.#ready.get(name);
  }

  /** Returns the view of an instance; `undefined` where there is no such instance. */
  async get(name: string): Promise<InstanceView | undefined> {
    const kept = this.#views.get(name);
    if (kept !== undefined) return kept;
    const loading = this.#load(name);
    this.#views.set(name, loading);
    const view = await loading.catch((error: unknown) => {
      this.#forget(name);
      throw error;
    });
    // Still the same promise: nothing that it shows has changed since it was begun.
    if (this.#views.get(name) === loading) {
      if (view === undefined) this.#forget(name);
      else this.#ready.set(name, view);
    }
    const [oldest] = this.#views.keys();
    if (this.#views.size > KEPT_VIEW_LIMIT && oldest !== undefined) this.#forget(oldest);
    return view;
  }

  /** Returns the counter of an instance's uncached token requests. */
  rateOf(name: string): TokenRate {
    const known = this.#rates.get(name);
    if (known !== undefined) return known;
    const rate = new TokenRate(this.#realClock);
    this.#rates.set(name, rate);
    return rate;
  }

  #forget(name: string): void {
    this.#views.delete(name);
    this.#ready.delete(name);
  }
}

function toAccountView(account: ServiceAccount | undefined): AccountView {
  if (account === undefined) return { uniqueId: '', state: 'deleted' };
  return { uniqueId: account.uniqueId, state: account.disabled ? 'disabled' : 'active' };
}

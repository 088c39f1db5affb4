import type { HttpResponse } from '../../http/message.ts';
import type { Services } from '../../http/services.ts';
import type { InstanceMetadata } from '../../protocol/metadata/instance-metadata.ts';
import type { Wait } from '../../protocol/metadata/resolve.ts';
import { type MetadataSettings, type ProfileName, settingsOf } from '../../protocol/metadata/settings.ts';
import { enforcesScopes } from '../../protocol/metadata/token-query.ts';
import type { Directory } from '../../protocol/metadata/tree/nodes.ts';
import { buildTree } from '../../protocol/metadata/tree/tree.ts';
import type { Instance } from '../../resources/instances.ts';
import type { AccountState, ServiceAccount } from '../../resources/service-accounts.ts';
import { AnswerMemo, BoundedMemo } from './answer-memo.ts';
import { toInstanceMetadata } from './instance-metadata.ts';

/** Trees that are kept; one takes about 20 kB, and an instance that is asked again gets a new one. */
const KEPT_VIEW_LIMIT = 1000;

/** The longest that an alarm can be set for: what a timer counts, 2^31 - 1 ms. */
const ALARM_LIMIT_MS = 2_147_483_647;

/** An attached account with what a token needs of it. */
export interface AccountView {
  readonly uniqueId: string;
  readonly state: AccountState;
}

/** One instance as its metadata server shows it, ready to answer without asking the store. */
export interface InstanceView {
  readonly instance: Instance;
  readonly metadata: InstanceMetadata;
  readonly profile: ProfileName;
  readonly settings: MetadataSettings;
  readonly tree: Directory;
  readonly enforcesScopes: boolean;
  /** The answers of this second, by request target. */
  readonly answers: AnswerMemo<HttpResponse>;
  /** What requests that wait for a change wait for, by request target. */
  readonly waits: BoundedMemo<Wait>;
  /** By e-mail address. */
  readonly accounts: ReadonlyMap<string, AccountView>;
}

/** Told what may show something else now. */
export interface ViewListeners {
  /** One instance; `isGone` where there is no such instance any more. */
  readonly changed: (name: string, isGone: boolean) => void;
  /** Any of them. */
  readonly allChanged: () => void;
}

/** The views of the instances that are asked, kept until something that they show changes. */
export class InstanceViews {
  readonly #services: Services;
  readonly #listeners: ViewListeners;
  /** Least recently loaded first. A promise while it is loaded, so that a change meanwhile takes it away. */
  readonly #views = new Map<string, Promise<InstanceView | undefined>>();
  readonly #ready = new Map<string, InstanceView>();
  /** What calls off the alarms of instances that will change by themselves. */
  readonly #turns = new Map<string, () => void>();

  constructor(services: Services, listeners: ViewListeners) {
    this.#services = services;
    this.#listeners = listeners;
    const { resources } = services;
    resources.instances.watch((name, instance) => this.#changed(name, instance === undefined));
    resources.guestAttributes.watch((name) => this.#changed(name, false));
    // Projects and accounts change rarely, and stand in many views.
    resources.watchAccountsAndProjects(() => this.changeAll());
  }

  /** Says that all instances may show something else: a project has changed, an account, or the cloud's time. */
  changeAll(): void {
    this.#views.clear();
    this.#ready.clear();
    this.#listeners.allChanged();
  }

  /** Returns the view of an instance where it is at hand. */
  ready(name: string): InstanceView | undefined {
    const view = this.#ready.get(name);
    return view === undefined || this.#isPast(view) ? undefined : view;
  }

  /** Says whether the time has made something else of a view; an alarm may be late, after a sleep of the machine too. */
  #isPast({ metadata }: InstanceView): boolean {
    const { changesAtMs } = metadata.life;
    return changesAtMs !== undefined && changesAtMs <= this.#services.clock.now();
  }

  /** Returns the view of an instance; `undefined` where there is no such instance. */
  async get(name: string): Promise<InstanceView | undefined> {
    const past = this.#ready.get(name);
    if (past !== undefined && this.#isPast(past)) this.#changed(name, false);
    const kept = this.#views.get(name);
    if (kept !== undefined) return kept;
    const loading = this.#load(name);
    this.#views.set(name, loading);
    const view = await loading.catch((error: unknown) => {
      this.#forget(name);
      throw error;
    });
    const newest = this.#views.get(name);
    // Still the same promise: nothing that it shows has changed since it was begun.
    if (newest === loading) {
      if (view === undefined) this.#forget(name);
      else this.#ready.set(name, view);
    }
    // One that made room for others while it was read is not kept, and yet there may be those who wait for its turn.
    if (view !== undefined && (newest === loading || newest === undefined)) this.#awaitTurn(name, view);
    const [oldest] = this.#views.keys();
    if (this.#views.size > KEPT_VIEW_LIMIT && oldest !== undefined) this.#forget(oldest);
    return view;
  }

  async #load(name: string): Promise<InstanceView | undefined> {
    const { resources, clock } = this.#services;
    const [, projectId = '', , zone = '', , instanceName = ''] = name.split('/');
    const [stored, project] = await Promise.all([
      resources.instances.get(projectId, zone, instanceName),
      resources.projects.get(projectId),
    ]);
    if (stored === undefined || project === undefined) return undefined;
    const instance = stored.value;
    const guestAttributes = (await resources.guestAttributes.get(instance))?.value ?? {};
    const emails = instance.serviceAccounts.map(({ email }) => email);
    const accounts = await Promise.all(emails.map((email) => resources.serviceAccounts.find(email)));
    const metadata = toInstanceMetadata({ instance, project: project.value, guestAttributes }, clock.now());
    const settings = settingsOf(instance.metadataServer);
    const { profile = 'gce' } = instance.metadataServer ?? {};
    return {
      instance,
      metadata,
      profile,
      settings,
      tree: buildTree(metadata, settings, profile),
      enforcesScopes: enforcesScopes(metadata),
      answers: new AnswerMemo(),
      waits: new BoundedMemo(),
      accounts: new Map(emails.map((email, index) => [email, toAccountView(accounts[index]?.value)])),
    };
  }

  /** Sets the alarm of an instance that will change by itself. */
  #awaitTurn(name: string, view: InstanceView): void {
    const { changesAtMs } = view.metadata.life;
    this.#turns.get(name)?.();
    this.#turns.delete(name);
    if (changesAtMs === undefined) return;
    const delayMs = Math.min(Math.max(changesAtMs - this.#services.clock.now(), 0), ALARM_LIMIT_MS);
    this.#turns.set(
      name,
      this.#services.setAlarm(delayMs, () => this.#changed(name, false)),
    );
  }

  #changed(name: string, isGone: boolean): void {
    this.#turns.get(name)?.();
    this.#turns.delete(name);
    this.#forget(name);
    this.#listeners.changed(name, isGone);
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

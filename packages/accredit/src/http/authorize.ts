import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApiError, permissionDenied } from '../kernel/api-error.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import type { CompiledBoundary } from '../protocol/iam/boundaries/boundary.ts';
import type { ApiAttributes } from '../protocol/iam/conditions/condition.ts';
import {
  type Decision,
  decide,
  decideEach,
  type Facts,
  maySucceed,
  type Question,
} from '../protocol/iam/decide.ts';
import { decideScopes, type ScopeDecision, type ScopeQuestion } from '../protocol/iam/scope-gate.ts';
import { prepareBoundary } from '../resources/boundaries.ts';
import { missingCredentials } from './authenticate.ts';
import { assertProjectInUse } from './deleted-projects.ts';
import type { Api, Caller, Refusal } from './method.ts';
import type { Match } from './router.ts';
import type { Services } from './services.ts';

/** The families that ask IAM about a caller without credentials; the others refuse it at the door (401). */
const EVALUATES_ANONYMOUS: ReadonlySet<Api['family']> = new Set(['storage']);

/** Makes the decisions of one call and keeps them for its audit record. */
export class Authorizer {
  readonly #api: Api;
  readonly #method: Match['method'];
  readonly #path: Match['path'];
  readonly #caller: Caller;
  readonly #services: Services;
  #boundary: Promise<CompiledBoundary> | undefined;
  readonly decisions: Decision[] = [];
  #scopeDecision: ScopeDecision | undefined;

  constructor({ api, method, path }: Match, caller: Caller, services: Services) {
    this.#api = api;
    this.#method = method;
    this.#path = path;
    this.#caller = caller;
    this.#services = services;
  }

  /**
   * Checks a permission.
   *
   * @throws {ApiError} the refusal, in the words of the method or the API
   */
  async require(permission: string, resource: ResourceName, attributes?: ApiAttributes): Promise<void> {
    await this.requireInWords(
      this.#method.refuse ?? this.#api.refuse ?? refuseAsIam,
      permission,
      resource,
      attributes,
    );
  }

  /**
   * Checks a permission that does not belong to the API itself.
   *
   * @param refuse - the words of a refusal
   * @throws {ApiError} the refusal in these words
   */
  async requireInWords(
    refuse: (refusal: Refusal) => ApiError,
    permission: string,
    resource: ResourceName,
    attributes?: ApiAttributes,
  ): Promise<void> {
    this.requireCaller();
    const decision = await this.#decide(permission, resource, attributes);
    this.#record(decision);
    if (!maySucceed(decision)) {
      if (decision.refusedBy === 'scopes') throw this.#scopeRefusal();
      throw refuse({ permission, resource, principal: this.#caller.principal, path: this.#path });
    }
    if (this.#api.knowsDeletedProjects === true) return;
    await assertProjectInUse(resource, this.#api.hosts[0], this.#services.resources);
  }

  /** Keeps a decision; one that was asked for again, knowing more, takes the place of the earlier. */
  #record(decision: Decision): void {
    const { permission, resource } = decision.question;
    const earlier = this.decisions.findIndex(
      ({ question }) => question.permission === permission && question.resource === resource,
    );
    if (earlier < 0) this.decisions.push(decision);
    else this.decisions[earlier] = decision;
  }

  /** Says whether the caller has a permission; a no is an answer here, not a refusal, and is not recorded. */
  async may(permission: string, resource: ResourceName): Promise<boolean> {
    const { verdict, evaluations } = await this.#decide(permission, resource);
    // A list asks for each of its records, and everybody else waits where conditions are evaluated for each.
    if (evaluations.inPolicies.size > 0) await nextTurn();
    return verdict === 'allowed';
  }

  /**
   * Returns those of several permissions that the caller has on one resource, in their order; see `may`.
   *
   * They are decided with the same facts, within the budget of one decision, and others go first after each.
   */
  async held(permissions: readonly string[], resource: ResourceName): Promise<readonly string[]> {
    const { question, facts } = await this.#ask(resource);
    const held: string[] = [];
    for (const [permission, isHeld] of decideEach(permissions, question, facts)) {
      if (isHeld) held.push(permission);
      await nextTurn();
    }
    return held;
  }

  /**
   * Checks the scopes alone: for a method without a permission, and where the resource of a permission cannot be
   * said because the rest of the request is wrong.
   *
   * @throws {ApiError} in enforcing mode, for a credential without any of the method's scopes
   */
  requireScopes(): void {
    if (this.#method.scopes === undefined) return;
    this.requireCaller();
    const decision = decideScopes(this.#scopeQuestion());
    if (decision.outcome !== 'insufficient') return;
    this.#scopeDecision = decision;
    if (decision.carriedOut) throw this.#scopeRefusal();
  }

  /** The refusal of the scopes where they were checked alone, would-be ones too; `undefined` where a decision says it. */
  get scopeDecision(): ScopeDecision | undefined {
    const isSaid = this.decisions.some(({ scopes }) => scopes === 'insufficient');
    return isSaid ? undefined : this.#scopeDecision;
  }

  #scopeQuestion(): ScopeQuestion {
    return {
      principal: this.#caller.principal,
      heldScopes: this.#caller.scopes,
      acceptedScopes: this.#method.scopes,
      mode: this.#services.iamMode,
      timeMs: this.#services.clock.now(),
    };
  }

  /** Refuses a caller without credentials where the family does so at the door. */
  requireCaller(): void {
    if (this.#caller.principal.kind !== 'anonymous' || EVALUATES_ANONYMOUS.has(this.#api.family)) return;
    throw missingCredentials({ service: this.#api.hosts[0], method: this.#method.id });
  }

  async #decide(
    permission: string,
    resource: ResourceName,
    apiAttributes?: ApiAttributes,
  ): Promise<Decision> {
    const { question, facts } = await this.#ask(resource, apiAttributes);
    return decide({ ...question, permission }, facts);
  }

  /** Gathers what a decision about the caller and a resource needs, but for the permission. */
  async #ask(
    resource: ResourceName,
    apiAttributes?: ApiAttributes,
  ): Promise<{ readonly question: Omit<Question, 'permission'>; readonly facts: Facts }> {
    const [facts, boundary] = await Promise.all([
      this.#services.resources.factsFor(resource, this.#caller.principal),
      this.#boundaryOfCaller(),
    ]);
    const question = {
      ...this.#scopeQuestion(),
      resource,
      ...(apiAttributes === undefined ? {} : { apiAttributes }),
      ...(boundary === undefined ? {} : { boundary }),
    };
    return { question, facts };
  }

  /** Returns what the credential is confined to; `undefined` where it is not. */
  async #boundaryOfCaller(): Promise<CompiledBoundary | undefined> {
    if (this.#caller.boundary === undefined) return undefined;
    this.#boundary ??= prepareBoundary(this.#caller.boundary, this.#services.resources);
    return this.#boundary;
  }

  #scopeRefusal(): ApiError {
    const accepted = (this.#method.scopes ?? []).join(' ');
    const challenge = `Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="${accepted}"`;
    const headers = { 'WWW-Authenticate': challenge };
    if (this.#api.family === 'storage') {
      return permissionDenied('Provided scope(s) are not authorized', { headers });
    }
    return new ApiError('PERMISSION_DENIED', 'Request had insufficient authentication scopes.', {
      reason: 'insufficientPermissions',
      legacyMessage: 'Insufficient Permission',
      headers,
      info: {
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
        metadata: { service: this.#api.hosts[0], method: this.#method.id },
      },
    });
  }
}

/** The refusal as IAM words it (IAM notes 4.3). */
function refuseAsIam({ permission }: Refusal): ApiError {
  return permissionDenied(`Permission '${permission}' denied on resource (or it may not exist).`, {
    info: { reason: 'IAM_PERMISSION_DENIED', domain: 'iam.googleapis.com', metadata: { permission } },
  });
}

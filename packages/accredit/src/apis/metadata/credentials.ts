import type { HttpResponse, TextResponse } from '../../http/message.ts';
import type { Services } from '../../http/services.ts';
import { DEFAULT_TOKEN_LIFETIME_SECONDS } from '../../identity/issuer.ts';
import { isCacheable, TokenCache } from '../../identity/token-cache.ts';
import { toUnixSeconds } from '../../kernel/timestamps.ts';
import { identityClaims, parseIdentityQuery } from '../../protocol/metadata/identity-claims.ts';
import { type Refused, refuse } from '../../protocol/metadata/refusal.ts';
import type { Dynamic, Value } from '../../protocol/metadata/resolve.ts';
import { parseTokenQuery, type TokenRequest } from '../../protocol/metadata/token-query.ts';
import { renderToken } from '../../protocol/metadata/token-response.ts';
import { etagOf } from '../../protocol/metadata/tree/render.ts';
import type { Answers } from './answers.ts';
import type { AccountView, InstanceView } from './instance-views.ts';
import { RequestRates } from './request-rate.ts';

/** The tokens that the metadata servers of a cloud give out. */
export class Credentials {
  readonly #services: Services;
  readonly #answers: Answers;
  readonly #tokens: TokenCache;
  readonly #rates: RequestRates;

  constructor(services: Services, answers: Answers) {
    this.#services = services;
    this.#answers = answers;
    this.#tokens = new TokenCache(services.clock);
    this.#rates = new RequestRates(services.realClock);
  }

  /** Answers a request for an access token; never waits. */
  token(view: InstanceView, { account, query, alt }: Dynamic, name: string): TextResponse | Refused {
    const attached = view.metadata.serviceAccounts.find(({ email }) => email === account);
    const state = activeAccount(view, account);
    if (attached === undefined || state === undefined) return refuse('not-found');
    const request = parseTokenQuery(query, attached, view.enforcesScopes, view.settings);
    if (request.kind === 'refused') return request;
    // No scopes, no token (IAM notes 1.10).
    if (request.scopes.length === 0) return refuse('not-found');
    const key = `${view.instance.id} ${state.uniqueId} ${lifetimeOf(view)} ${request.scopes.join(' ')}`;
    if (!this.#mayMint(view, request, name, key)) return refuse('rate-limited');
    const value = this.#mint(view, request, { account, state, name, key, alt: alt ?? 'json' });
    return this.#answers.token(value, () => etagOf(value.body), view);
  }

  /** A token of the instance's own scopes is found again; one that is not, or of scopes that a client chose, is counted. */
  #mayMint(view: InstanceView, { scopes }: TokenRequest, name: string, key: string): boolean {
    const isOwn = view.metadata.serviceAccounts.some((account) => account.scopes === scopes);
    const isFound = isCacheable(lifetimeOf(view)) && (isOwn || this.#tokens.find(name, key) !== undefined);
    return isFound || this.#rates.admit(name, view.settings.uncachedTokensPerSecond);
  }

  /** Says whether the answer to a token request holds for the rest of its second. */
  isKeepable(view: InstanceView): boolean {
    return isCacheable(lifetimeOf(view));
  }

  /** Answers a request for an identity token. */
  async identity(view: InstanceView, { account, query }: Dynamic): Promise<HttpResponse | Refused> {
    const state = activeAccount(view, account);
    if (state === undefined) return refuse('not-found');
    const request = parseIdentityQuery(query, view.settings);
    if (request.kind === 'refused') return request;
    const claims = identityClaims(request, {
      instance: view.metadata,
      account: { email: account, uniqueId: state.uniqueId },
      issuer: this.#services.openIdIssuer,
      issuedAtSeconds: toUnixSeconds(this.#services.clock.now()),
      standardEmail: view.settings.standardIdentityEmail,
      isVm: view.profile === 'gce',
    });
    return this.#answers.identity(await this.#services.issuer.signIdToken({ ...claims }), view);
  }

  /** Forgets what belongs to an instance that is no more. */
  forget(name: string): void {
    this.#rates.forget(name);
    this.#tokens.forget(name);
  }

  #mint(
    view: InstanceView,
    { scopes }: TokenRequest,
    {
      account,
      state,
      name,
      key,
      alt,
    }: {
      readonly account: string;
      readonly state: AccountView;
      readonly name: string;
      /** What it is kept by. */
      readonly key: string;
      readonly alt: 'json' | 'text';
    },
  ): Value {
    const lifetimeSeconds = lifetimeOf(view);
    const mint = () =>
      this.#services.issuer.mintAccessToken({
        grantId: `instances/${view.instance.id}`,
        principal: { kind: 'serviceAccount', email: account, uniqueId: state.uniqueId },
        scopes,
        instance: name,
        lifetimeSeconds,
      });
    const { token, expiresAtMs } = isCacheable(lifetimeSeconds) ? this.#tokens.get(name, key, mint) : mint();
    const remaining = Math.max(Math.floor((expiresAtMs - this.#services.clock.now()) / 1000), 1);
    return renderToken(token, remaining, alt);
  }
}

/** Guess: what Google says of a disabled or deleted account is not known; clients take 404 as "no account". */
function activeAccount(view: InstanceView, email: string): AccountView | undefined {
  const account = view.accounts.get(email);
  return account?.state === 'active' ? account : undefined;
}

function lifetimeOf({ instance }: InstanceView): number {
  return instance.tokenLifetimeSeconds ?? DEFAULT_TOKEN_LIFETIME_SECONDS;
}

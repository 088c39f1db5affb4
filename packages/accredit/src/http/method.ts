import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { ApiError } from '../kernel/api-error.ts';
import type { Decoder } from '../kernel/decode.ts';
import type { Principal } from '../kernel/principals.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import type { AccessBoundaryRule } from '../protocol/iam/boundaries/boundary.ts';
import type { ApiAttributes } from '../protocol/iam/conditions/condition.ts';
import type { Services } from './services.ts';
import type { SystemParameters } from './system-parameters.ts';

/** Who a request is, after authentication. */
export interface Caller {
  readonly principal: Principal;
  /** Scopes of the token; `undefined` where the credential has none to check: no credential, and the owner's socket. */
  readonly scopes: readonly string[] | undefined;
  /** Resource name of the instance whose metadata server gave the token out. */
  readonly instance?: string;
  /** The token's own id and grant, for the audit record. */
  readonly tokenId?: string;
  readonly grantId?: string;
  readonly delegationChain?: readonly string[];
  /** What the token is confined to, if it was down-scoped. */
  readonly boundary?: readonly AccessBoundaryRule[];
}

/** Query parameters, decoded; the first value of a name counts. */
export interface Query {
  get(name: string): string | undefined;
  getAll(name: string): readonly string[];
}

/** What a permission's resource may be computed from before the body is read. */
export interface CallTarget<P> {
  readonly path: P;
  readonly query: Query;
  readonly services: Services;
}

/** A call on its way through a handler. */
export interface Call<P, B> extends CallTarget<P> {
  readonly body: B;
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
  readonly requestId: string;
  /** `fields`, `prettyPrint`, `alt`: applied by the pipeline; `alt=media` is the handler's. */
  readonly parameters: SystemParameters;
  /** The address that the caller used, without a path: `https://storage.googleapis.com`. */
  readonly origin: string;
  /**
   * Checks a further permission, which depends on more than path, query and body; or one of the method's own again,
   * now that it is known what the call says to conditions.
   *
   * @param attributes - what conditions may ask about the call: default nothing
   * @throws {ApiError} the API's own refusal; the decision stands in the audit record either way
   */
  authorize(permission: string, resource: ResourceName, attributes?: ApiAttributes): Promise<void>;
  /** Says whether the caller has a permission, without refusing; for answers that show more to those who may. */
  may(permission: string, resource: ResourceName): Promise<boolean>;
  /** Returns those of several permissions that the caller has on one resource, in their order, without refusing. */
  held(permissions: readonly string[], resource: ResourceName): Promise<readonly string[]>;
}

/** What a handler answers. Most give `json`. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A value to encode; `fields` and `prettyPrint` apply to it. */
  readonly json?: unknown;
  /** Bytes instead of JSON, with a `Content-Type` among the headers. */
  readonly body?: string | Buffer | Readable;
}

/** One permission that a method asks for. */
export interface PermissionRule<P, B> {
  readonly check: string;
  /** The resource, from path and query: checked before the body is read. */
  readonly on?: (target: CallTarget<P>, permission: string) => ResourceName | Promise<ResourceName>;
  /** The resource where it depends on the body: checked after bounded decoding and before any effect. */
  readonly onBody?: (
    target: CallTarget<P> & { readonly body: B },
    permission: string,
  ) => ResourceName | Promise<ResourceName>;
  /** What the call says to conditions, from path and query; default nothing. */
  readonly attributes?: (target: CallTarget<P>) => ApiAttributes;
}

/** One API operation: data, from which route, gates, audit record and tests follow. */
export interface Method<P = never, B = never> {
  /** The Discovery id: `storage.buckets.list`. */
  readonly id: string;
  /**
   * Verb and path template in google.api.http spelling: `GET /storage/v1/b`,
   * `POST /v1/{name=projects/-/keys/…}:undelete`. Several where one method has several addresses.
   */
  readonly http: readonly string[];
  /**
   * What `name` of the path looks like here, where another API has names of its own at the same address: both answer
   * on the host that all APIs share.
   */
  readonly ownNames?: RegExp;
  /** Accepted scopes, any one of them; absent for methods that take no access token. */
  readonly scopes?: readonly string[];
  /** The permissions that it asks for; each must be had. */
  readonly permissions: readonly PermissionRule<P, B>[];
  /** Why there is no permission, in words, where there is none. */
  readonly open?: string;
  /** The refusal of a permission, in words of its own; default: the API's. */
  readonly refuse?: (refusal: Refusal) => ApiError;
  /** How the body is read; absent where there is none. */
  readonly body?: BodyReader<B>;
  /** Whether it answers `alt=media` with bytes; where it does not, that is refused. */
  readonly media?: boolean;
  handle(call: Call<P, B>): Reply | Promise<Reply>;
}

/** How a method's body is read. */
export type BodyReader<B> =
  /** JSON, at most `JSON_BODY_LIMIT_BYTES`; an absent one is `{}`. */
  | { readonly kind: 'json'; readonly decode: Decoder<B> }
  /** `application/x-www-form-urlencoded`, or JSON, of an OAuth endpoint. */
  | { readonly kind: 'form'; readonly decode: Decoder<B> }
  /**
   * The stream itself: uploads. `open` may read a bounded head of it, so that permissions can depend on what stands
   * there, and gives a body that holds the rest as a stream; without it B is `Readable`.
   */
  | { readonly kind: 'stream'; readonly open?: (stream: Readable, head: RequestHead) => Promise<B> };

/** What of a request is there before its body. */
export interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  readonly query: Query;
}

/** A method whose parameter types are forgotten; the router and the pipeline see these. */
// Parameters and body are made by the pipeline from the method's own template and decoder, so their types agree.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyMethod = Method<any, any>;

type TrimVariable<V extends string> = V extends `${infer Name}=${string}` ? Name : V;
type VariablesOf<T extends string> = T extends `${string}{${infer V}}${infer Rest}`
  ? TrimVariable<V> | VariablesOf<Rest>
  : never;

/** The variables of a path template, decoded. */
export type PathParameters<T extends string> = { readonly [K in VariablesOf<T>]: string };

interface MethodDeclaration<H extends string, B> {
  readonly id: string;
  readonly http: H | readonly H[];
  readonly ownNames?: RegExp;
  readonly scopes?: readonly string[];
  readonly permission?:
    | PermissionRule<PathParameters<H>, B>
    | readonly PermissionRule<PathParameters<H>, B>[];
  readonly open?: string;
  readonly refuse?: (refusal: Refusal) => ApiError;
  readonly body?: BodyReader<B>;
  readonly media?: boolean;
  handle(call: Call<PathParameters<H>, B>): Reply | Promise<Reply>;
}

/**
 * Declares a method.
 *
 * @throws {Error} at start-up, for a method that has neither a permission nor a reason to have none
 */
export function method<const H extends string, B = undefined>(
  declaration: MethodDeclaration<H, B>,
): Method<PathParameters<H>, B> {
  const { permission, open } = declaration;
  const permissions = permission === undefined ? [] : Array.isArray(permission) ? permission : [permission];
  if ((permissions.length === 0) === (open === undefined)) {
    throw new Error(`Method ${declaration.id} needs either a permission or a reason to be open.`);
  }
  // Array.isArray does not narrow a readonly array away; both branches are lists of rules.
  return {
    ...declaration,
    http: typeof declaration.http === 'string' ? [declaration.http] : declaration.http,
    permissions: permissions as readonly PermissionRule<PathParameters<H>, B>[],
  };
}

/** How an API speaks: the form of its errors and what it does with callers without credentials. */
export type FamilyName = 'esf' | 'compute' | 'storage' | 'oauth' | 'control';

/** One API: its whole surface at a glance. */
export interface Api {
  /** `storage`, `compute`, `iam`. */
  readonly name: string;
  /** The service's name: `storage.googleapis.com`; the first of its hosts. */
  readonly hosts: readonly [string, ...string[]];
  readonly family: FamilyName;
  /**
   * Whose project must have the API enabled: that of the caller (or the quota project that he names), or that of what is
   * called, by id or number. Absent: the API can always be called.
   */
  readonly consumer?: 'caller' | FindConsumer;
  readonly methods: readonly AnyMethod[];
  /** Whether it deals with projects whose deletion was asked for; the other APIs refuse what is in them. */
  readonly knowsDeletedProjects?: boolean;
  /** The refusal of a permission, in this API's words; default: IAM's. */
  readonly refuse?: (refusal: Refusal) => ApiError;
}

/** Returns the id or number of the project whose resource is called; `undefined` where that cannot be said. */
export type FindConsumer = (
  target: CallTarget<Readonly<Record<string, string>>>,
) => string | undefined | Promise<string | undefined>;

/** A permission that was refused by IAM, for the API's words. */
export interface Refusal {
  readonly permission: string;
  readonly resource: ResourceName;
  readonly principal: Principal;
  /** The variables of the path that was called. */
  readonly path: Readonly<Record<string, string>>;
}

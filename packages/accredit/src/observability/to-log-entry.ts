import { ApiError, OAuthError } from '../kernel/api-error.ts';
import { ALL_USERS, toMember } from '../kernel/principals.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import { CODE_NUMBERS, type StatusCode } from '../kernel/status.ts';
import { SECOND_MS, toRfc3339 } from '../kernel/timestamps.ts';
import type { ApiAttributes } from '../protocol/iam/conditions/condition.ts';
import type { Decision } from '../protocol/iam/decide.ts';
import { resourceAttributes } from '../protocol/iam/places/resource-attributes.ts';
import { projectIdInEmail } from '../protocol/iam/service-accounts/service-account-names.ts';
import type { AuditedCaller, AuditRecord } from './audit-record.ts';
import { auditedMethod, type PermissionType } from './audited-methods.ts';
import { logParentOf, monitoredResource, resourceOfPath } from './audited-resources.ts';
import { maskCredentials, maskEncoded } from './log.ts';
import { AUDIT_LOG_TYPE, type LogEntry, METADATA_TYPE } from './log-entry.ts';

/** The longest user agent that is kept, in characters; what is longer is cut. Those of gcloud are about 300. */
export const USER_AGENT_LIMIT = 500;

/** The longest message that is kept, in characters. Google's own are a few sentences. */
export const MESSAGE_LIMIT = 1000;

/** The longest resource name that is kept: an object's has 1,024 bytes and its bucket before it. */
export const RESOURCE_LIMIT = 1500;

/**
 * The longest text of a list that is kept: a scope, a group of an identity provider, a role that a call gives. Google's
 * scopes have at most about 100 characters, names of custom roles about 110; a token of another
 * provider may name a group as it likes.
 */
export const LIST_TEXT_LIMIT = 500;

/** Authorizations of one call that are kept; a call asks for a handful, and one of a batch for some dozens. */
export const AUTHORIZATION_LIMIT = 100;

/** Scopes, groups and delegates that are kept of each list; what is longer is of nobody who uses them. */
export const LIST_LIMIT = 100;

/** Codes whose messages repeat what a caller sent, which may be anything: a password in the wrong field. */
const ECHOING: ReadonlySet<StatusCode> = new Set(['INVALID_ARGUMENT', 'OUT_OF_RANGE']);

/** What stands in place of the message of a request that is not valid. */
export const WITHHELD = 'The request is not valid.';

/** What stands in place of any other message that repeats what a caller sent. */
export const WITHHELD_ECHO = 'The message repeats what the request said, and is not kept.';

/**
 * Turns a call into its entry of the audit log.
 *
 * Nothing of the request's body, query or headers enters it but the user agent; what is text of the caller's is bounded,
 * and credentials in it are masked.
 *
 * Deviation: `protoPayload.metadata` and `httpRequest`, with the latency, are ours: Cloud Audit Logs have no field for it;
 * pinned by 'an allowed call is an entry as of Cloud Audit Logs'.
 * Deviation: Data Access is always on; pinned by the same test, 'an allowed call is an entry as of Cloud Audit Logs'.
 * Deviation: there is no `request` and no `response`, and the message of a request that is not valid, or one that repeats
 * what the request said, is replaced; pinned by 'no secret of a request is in the log, wherever it stood'.
 *
 * @param defaultProjectId - the project of the log of calls that name none
 */
export function toLogEntry(record: AuditRecord, defaultProjectId: string): LogEntry {
  const { requestId, timeMs, service, method, request, decisions } = record;
  const { name: methodName, type } = auditedMethod(method);
  const resource = decisions[0]?.question.resource ?? resourceOfPath(request.path, method);
  const parent = parentOf(record, resource) ?? `projects/${defaultProjectId}`;
  const resourceName = resource === undefined ? undefined : boundText(resource, RESOURCE_LIMIT);
  const projectId = parent.startsWith('projects/') ? parent.slice('projects/'.length) : undefined;
  return {
    logName: `${parent}/logs/cloudaudit.googleapis.com%2F${type === 'ADMIN_WRITE' ? 'activity' : 'data_access'}`,
    insertId: requestId,
    timestamp: toRfc3339(timeMs),
    severity: severityOf(record, type),
    resource: monitoredResource(resourceName, projectId, { service, method: methodName }),
    httpRequest: {
      requestMethod: request.verb,
      status: record.status,
      latency: `${record.latencyMs / SECOND_MS}s`,
    },
    protoPayload: {
      '@type': AUDIT_LOG_TYPE,
      status: statusOf(record),
      authenticationInfo: authenticationOf(record.caller),
      requestMetadata: requestMetadataOf(record),
      serviceName: service,
      methodName,
      authorizationInfo: decisions.slice(0, AUTHORIZATION_LIMIT).map(toAuthorization),
      ...(resourceName === undefined ? {} : { resourceName }),
      metadata: metadataOf(record),
    },
  };
}

/** Cuts a text to a length and masks the credentials in it; cut first, as masking costs by the length. */
function boundText(text: string, limit: number): string {
  return maskCredentials(text.length > limit ? `${text.slice(0, limit)}…` : text);
}

/** A bucket's name is global: its project stands at the root of the policies that were looked at. */
function parentOf({ decisions }: AuditRecord, resource: ResourceName | undefined): string | undefined {
  const names = [resource, ...(decisions[0]?.facts.policies ?? []).map((policy) => policy.resource)];
  for (const name of names) {
    const parent = name === undefined ? undefined : logParentOf(name);
    if (parent !== undefined) return boundText(parent, RESOURCE_LIMIT);
  }
  return undefined;
}

function severityOf({ status }: AuditRecord, type: PermissionType): string {
  if (status >= 400) return 'ERROR';
  return type === 'ADMIN_WRITE' ? 'NOTICE' : 'INFO';
}

function statusOf({ status, error, message }: AuditRecord): LogEntry['protoPayload']['status'] {
  if (status < 400) return {};
  if (error instanceof OAuthError) {
    return {
      code: CODE_NUMBERS[status === 401 ? 'UNAUTHENTICATED' : 'INVALID_ARGUMENT'],
      message: error.error,
    };
  }
  if (!(error instanceof ApiError)) return { code: CODE_NUMBERS.INTERNAL, message: 'Internal error.' };
  return { code: CODE_NUMBERS[error.code], message: boundText(messageOf(error, message), MESSAGE_LIMIT) };
}

function messageOf({ code, detail }: ApiError, message: string): string {
  if (ECHOING.has(code)) return WITHHELD;
  return detail.echoes === true ? WITHHELD_ECHO : message;
}

function authenticationOf(caller: AuditedCaller | undefined): LogEntry['protoPayload']['authenticationInfo'] {
  if (caller === undefined) return {};
  const keyName = keyNameOf(caller);
  const chain = (caller.delegationChain ?? []).slice(0, LIST_LIMIT).map(toDelegation);
  return {
    ...identityOf(toMember(caller.principal)),
    ...(keyName === undefined ? {} : { serviceAccountKeyName: keyName }),
    ...(chain.length === 0 ? {} : { serviceAccountDelegationInfo: chain }),
  };
}

/** Whoever has an address is named by it too; a caller without credentials is not named at all. */
function identityOf(member: string): {
  readonly principalEmail?: string;
  readonly principalSubject?: string;
} {
  if (member === ALL_USERS) return {};
  const principalSubject = boundText(member.replace(/\?uid=.*$/, ''), RESOURCE_LIMIT);
  const email = /^(?:user|serviceAccount):([^?]+@.*)$/.exec(principalSubject)?.[1];
  return { ...(email === undefined ? {} : { principalEmail: email }), principalSubject };
}

function toDelegation(delegate: string): object {
  const member = delegate.includes(':') ? delegate : `serviceAccount:${delegate}`;
  const { principalEmail, principalSubject } = identityOf(member);
  return {
    ...(principalSubject === undefined ? {} : { principalSubject }),
    ...(principalEmail === undefined ? {} : { firstPartyPrincipal: { principalEmail } }),
  };
}

/** The key that the token was got with, where it was got with one; its project is that of the address. */
function keyNameOf({ principal, grantId }: AuditedCaller): string | undefined {
  const keyId = /^serviceAccountKeys\/([\w-]+)$/.exec(grantId ?? '')?.[1];
  if (keyId === undefined || principal.kind !== 'serviceAccount') return undefined;
  const { email } = principal;
  const projectId = projectIdInEmail(email) ?? '-';
  return `//iam.googleapis.com/projects/${projectId}/serviceAccounts/${email}/keys/${keyId}`;
}

/**
 * The address as `caller_ip` has it: a VM that comes over its own socket is one without an external address, and the
 * owner's socket is private.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/context/audit_context.proto
 */
function requestMetadataOf(record: AuditRecord): LogEntry['protoPayload']['requestMetadata'] {
  const { remoteAddress, userAgent } = record.request;
  const withoutAddress = record.caller?.instance === undefined ? 'private' : 'gce-internal-ip';
  return {
    callerIp: remoteAddress?.replace(/^::ffff:/, '') ?? withoutAddress,
    ...(userAgent === undefined
      ? {}
      : { callerSuppliedUserAgent: maskEncoded(boundText(userAgent, USER_AGENT_LIMIT)) }),
    requestAttributes: { time: toRfc3339(record.timeMs - record.latencyMs) },
  };
}

function toAuthorization({
  verdict,
  question: { resource, permission },
}: Decision): LogEntry['protoPayload']['authorizationInfo'][number] {
  const name = boundText(resource, RESOURCE_LIMIT);
  return {
    resource: name,
    permission,
    granted: verdict === 'allowed',
    resourceAttributes: { ...resourceAttributes(name), name },
  };
}

/** What is needed, beside the payload, to replay the decisions of the call. */
function metadataOf({
  method,
  caller,
  decisions,
  scopeDecision,
}: AuditRecord): LogEntry['protoPayload']['metadata'] {
  const question = decisions[0]?.question ?? scopeDecision?.question;
  const principal = caller?.principal;
  const more = decisions.length - AUTHORIZATION_LIMIT;
  return {
    '@type': METADATA_TYPE,
    method,
    ...(question === undefined ? {} : { mode: question.mode }),
    ...(caller?.instance === undefined ? {} : { instance: caller.instance }),
    ...(principal?.kind === 'serviceAccount' ? { principalUniqueId: principal.uniqueId } : {}),
    ...(principal?.kind === 'federated'
      ? { principalGroups: boundList(principal.groups), principalAttributes: boundMap(principal.attributes) }
      : {}),
    ...(question?.heldScopes === undefined ? {} : { heldScopes: boundList(question.heldScopes) }),
    ...(question?.acceptedScopes === undefined ? {} : { acceptedScopes: question.acceptedScopes }),
    decisions: decisions.slice(0, AUTHORIZATION_LIMIT).map(toDecision),
    ...(scopeDecision === undefined
      ? {}
      : {
          scopeDecision: {
            carriedOut: scopeDecision.carriedOut,
            refusedBy: 'scopes',
            scopes: scopeDecision.outcome,
          },
        }),
    ...(more <= 0 ? {} : { moreAuthorizations: more }),
  };
}

function boundList(texts: readonly string[]): readonly string[] {
  return texts.slice(0, LIST_LIMIT).map((text) => boundText(text, LIST_TEXT_LIMIT));
}

function boundMap(values: ApiAttributes): ApiAttributes {
  const bound = (value: string | readonly string[]) =>
    typeof value === 'string' ? boundText(value, RESOURCE_LIMIT) : boundList(value);
  const entries = Object.entries(values).slice(0, LIST_LIMIT);
  return Object.fromEntries(entries.map(([name, value]) => [name, bound(value)]));
}

function toDecision({
  carriedOut,
  refusedBy,
  scopes,
  question: { apiAttributes },
}: Decision): LogEntry['protoPayload']['metadata']['decisions'][number] {
  return {
    carriedOut,
    ...(refusedBy === undefined ? {} : { refusedBy }),
    scopes,
    ...(apiAttributes === undefined ? {} : { apiAttributes: boundMap(apiAttributes) }),
  };
}

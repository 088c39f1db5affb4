import {
  anything,
  boolean,
  type Decoded,
  int32,
  list,
  map,
  object,
  optional,
  string,
} from '../kernel/decode.ts';

/** `@type` of the payload of an audit log entry. */
export const AUDIT_LOG_TYPE = 'type.googleapis.com/google.cloud.audit.AuditLog';

/** `@type` of `protoPayload.metadata`: what is said there is ours, and not Google's. */
export const METADATA_TYPE = 'accredit.local/CallMetadata';

const strings = list(string);

const readDelegation = object(
  {
    principalSubject: optional(string),
    firstPartyPrincipal: optional(object({ principalEmail: optional(string) }, 'ignore')),
  },
  'ignore',
);

const readAuthentication = object(
  {
    principalEmail: optional(string),
    principalSubject: optional(string),
    serviceAccountKeyName: optional(string),
    serviceAccountDelegationInfo: optional(list(readDelegation)),
  },
  'ignore',
);

const readAuthorization = object(
  {
    resource: string,
    permission: string,
    granted: boolean,
    resourceAttributes: optional(anything),
  },
  'ignore',
);

/** What is ours of one decision: it stands at the index of its `authorizationInfo`. */
const readDecision = object(
  {
    /** `refused` and not `carriedOut`: the call went on all the same (`--iam audit`). */
    carriedOut: boolean,
    /** The gate that was closed: one of `GATES`, or one that a newer version has. */
    refusedBy: optional(string),
    scopes: string,
    /** `api.getAttribute` of conditions, by their names. */
    apiAttributes: optional(map(anything)),
  },
  'ignore',
);

const readMetadata = object(
  {
    '@type': optional(string),
    /** The Discovery id of the method. */
    method: string,
    mode: optional(string),
    /** Resource name of the instance that the token was given to. */
    instance: optional(string),
    /** Of the service account. */
    principalUniqueId: optional(string),
    /** Of an identity of another provider: the groups and attributes that it came with. */
    principalGroups: optional(strings),
    principalAttributes: optional(map(anything)),
    /** The scopes of the credential; absent where it has none to check. */
    heldScopes: optional(strings),
    /** The scopes that the method accepts, any one of them. */
    acceptedScopes: optional(strings),
    decisions: list(readDecision),
    /** Where the scope gate refused the call, or would have, and no permission was asked for. */
    scopeDecision: optional(readDecision),
    /** Authorizations that are left out, as there are too many. */
    moreAuthorizations: optional(int32),
  },
  'ignore',
);

const readPayload = object(
  {
    '@type': optional(string),
    serviceName: string,
    methodName: string,
    resourceName: optional(string),
    status: object({ code: optional(int32), message: optional(string) }, 'ignore'),
    authenticationInfo: readAuthentication,
    authorizationInfo: list(readAuthorization),
    requestMetadata: object(
      {
        callerIp: optional(string),
        callerSuppliedUserAgent: optional(string),
        requestAttributes: optional(object({ time: optional(string) }, 'ignore')),
      },
      'ignore',
    ),
    metadata: readMetadata,
  },
  'ignore',
);

/**
 * Reads an entry of the audit log. What is unknown is passed over: a newer version may have written it.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for what is no such entry
 */
export const readLogEntry = object(
  {
    logName: string,
    insertId: string,
    timestamp: string,
    severity: string,
    resource: object({ type: string, labels: map(string) }, 'ignore'),
    httpRequest: optional(object({ requestMethod: string, status: int32, latency: string }, 'ignore')),
    protoPayload: readPayload,
  },
  'ignore',
);

/**
 * One entry of the audit log: a LogEntry whose payload is an AuditLog.
 *
 * @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
 * @see https://github.com/googleapis/googleapis/blob/master/google/cloud/audit/audit_log.proto
 */
export type LogEntry = Decoded<typeof readLogEntry>;

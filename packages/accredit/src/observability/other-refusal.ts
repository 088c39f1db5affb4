import { ApiError } from '../kernel/api-error.ts';
import type { AuditRecord } from './audit-record.ts';
import { fitMessage } from './refusal-size.ts';

/**
 * A call that was refused although no gate was closed to it: a service that its project has not enabled, a project that is
 * to be deleted.
 */
export interface OtherRefusal {
  readonly requestId: string;
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
  /** The Discovery id: `compute.instances.list`. */
  readonly method: string;
  readonly status: number;
  /** Empty where it repeats what the request said. */
  readonly message: string;
  readonly instance?: string;
  /** What is not enabled, and the project, by its number, in which it is not. */
  readonly disabledService?: { readonly service: string; readonly projectNumber: string };
}

/** Services of Google's; what the owner of the cloud is refused by its own API is not a part of what is emulated. */
const EMULATED_SERVICES = /\.googleapis\.com$/;

/** Returns what is to be kept of a call that was refused for something else than a gate; `undefined` for any other call. */
export function toOtherRefusal(record: AuditRecord): OtherRefusal | undefined {
  const { service, error, decisions, scopeDecision, requestId, timeMs, method, status, message, caller } =
    record;
  if (!EMULATED_SERVICES.test(service)) return undefined;
  if (!(error instanceof ApiError) || error.code !== 'PERMISSION_DENIED') return undefined;
  // In audit mode a gate may be closed without refusing the call.
  if (decisions.some(({ verdict, carriedOut }) => verdict === 'refused' && carriedOut)) return undefined;
  if (scopeDecision?.carriedOut === true) return undefined;
  const disabledService = disabledServiceOf(error);
  return {
    requestId,
    timeMs,
    method,
    status,
    message: error.detail.echoes === true ? '' : fitMessage(message),
    ...(caller?.instance === undefined ? {} : { instance: caller.instance }),
    ...(disabledService === undefined ? {} : { disabledService }),
  };
}

function disabledServiceOf({ detail: { info } }: ApiError): OtherRefusal['disabledService'] {
  if (info?.reason !== 'SERVICE_DISABLED') return undefined;
  const { service, containerInfo: projectNumber } = info.metadata ?? {};
  return service === undefined || projectNumber === undefined ? undefined : { service, projectNumber };
}

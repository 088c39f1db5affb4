import { method } from '../../http/method.ts';
import { boolean, int32, object, oneOf, optional, string } from '../../kernel/decode.ts';
import type { FaultRequest, FaultView } from '../../protocol/metadata/faults.ts';
import { type CloudControl, OWNER_ONLY, requireOwner } from './cloud-control.ts';

/** The faults of a cloud, as far as its owner has to do with them. */
export interface FaultControl {
  add(request: FaultRequest): Promise<FaultView>;
  list(): readonly FaultView[];
  remove(id: string): Promise<void>;
  removeAll(): Promise<number>;
}

/** Bounds are checked where the fault is made, whoever asks for it. */
const faultRequest = object({
  instance: optional(string),
  project: optional(string),
  path: optional(string),
  status: optional(int32),
  latencyMs: optional(int32),
  reset: optional(boolean),
  token: optional(oneOf('expired')),
  tokenLifetimeSeconds: optional(int32),
  times: optional(int32),
});

/** Injects a fault into metadata servers: `accredit faults add`. */
export const addFault = ({ faults }: CloudControl) =>
  method({
    id: 'control.faults.create',
    http: 'POST /v1/faults',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: faultRequest },
    async handle({ caller, body }) {
      requireOwner(caller);
      return { json: await faults.add(body) };
    },
  });

/** The faults that are still to happen, oldest first. */
export const listFaults = ({ faults }: CloudControl) =>
  method({
    id: 'control.faults.list',
    http: 'GET /v1/faults',
    open: OWNER_ONLY,
    handle({ caller }) {
      requireOwner(caller);
      return { json: { faults: faults.list() } };
    },
  });

export const removeFault = ({ faults }: CloudControl) =>
  method({
    id: 'control.faults.delete',
    http: 'DELETE /v1/faults/{fault}',
    open: OWNER_ONLY,
    async handle({ caller, path }) {
      requireOwner(caller);
      await faults.remove(path.fault);
      return { json: {} };
    },
  });

export const removeFaults = ({ faults }: CloudControl) =>
  method({
    id: 'control.faults.deleteAll',
    http: 'DELETE /v1/faults',
    open: OWNER_ONLY,
    async handle({ caller }) {
      requireOwner(caller);
      return { json: { removed: await faults.removeAll() } };
    },
  });

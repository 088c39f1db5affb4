import { method } from '../../http/method.ts';
import { type FaultRequest, type FaultView, readFaultRequest } from '../../protocol/metadata/faults.ts';
import { type CloudControl, OWNER_ONLY, requireOwner } from './cloud-control.ts';

/** The faults of a cloud, as far as its owner has to do with them. */
export interface FaultControl {
  add(request: FaultRequest): Promise<FaultView>;
  list(): readonly FaultView[];
  remove(id: string): Promise<void>;
  removeAll(): Promise<number>;
}

/** Injects a fault into metadata servers: `accredit faults add`. */
export const addFault = ({ faults }: CloudControl) =>
  method({
    id: 'control.faults.create',
    http: 'POST /v1/faults',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: readFaultRequest },
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

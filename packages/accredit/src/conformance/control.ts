/** An answer that is to go wrong, so that a client's second attempt can be seen. */
export interface Fault {
  /** Path of the requests that it meets, without a query. */
  readonly path: string;
  /** Answers with this status. */
  readonly status?: number;
  /** Answers so much later. */
  readonly latencyMs?: number;
  /** Cuts the connection off without an answer. */
  readonly reset?: true;
  /** How many requests it meets. */
  readonly times: number;
}

/** The metadata server of a further VM, for as long as it is needed. */
export interface OtherServer {
  /** `HOST:PORT`. */
  readonly host: string;
  /** Takes the VM away again. */
  release(): Promise<void>;
}

/**
 * What may be changed around the server that is checked; each part is there or not. A check that needs what is not there
 * is skipped.
 */
export interface Control {
  /** Sets an attribute of the instance. */
  setAttribute?(key: string, value: string): Promise<void>;
  /** Removes an attribute of the instance; one that is not there is no error. */
  removeAttribute?(key: string): Promise<void>;
  /** Announces maintenance: `NONE`, `MIGRATE_ON_HOST_MAINTENANCE` or `TERMINATE_ON_HOST_MAINTENANCE`. */
  setMaintenanceEvent?(value: string): Promise<void>;
  /** Moves the clock that tokens go by; it never goes back. */
  advanceClock?(seconds: number): Promise<void>;
  addFault?(fault: Fault): Promise<void>;
  /** Removes the faults that this control has added. */
  clearFaults?(): Promise<void>;
  /** Gives the metadata server of a VM that has no service account. */
  withoutServiceAccount?(): Promise<OtherServer>;
}

export type Capability = keyof Control;

/** A control that looked as if it could, and says that it cannot: the check is skipped. */
export class NotControllable extends Error {
  override readonly name = 'NotControllable';
}

/** A control that went wrong: the check says nothing about the server, and the run must not look as if it did. */
export class ControlFailed extends Error {
  override readonly name = 'ControlFailed';
}

/** A control that cannot do anything. */
export const NO_CONTROL: Control = {};

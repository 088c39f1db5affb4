/** The parent's side of `--allow`: it stands outside, and connects to the targets for the program. */
import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { connect, type LookupFunction } from 'node:net';
import { join } from 'node:path';
import { findAddressRefusal, placeTargets } from './allowed-targets.ts';
import { NamespaceError, toMessage } from './errors.ts';
import type { AllowedTarget } from './plan.ts';
import { openRelay, type Relay } from './relay.ts';

/**
 * Serves a Unix socket in the work directory for each target.
 *
 * @throws {NamespaceError} `setup-failed` if a socket cannot be opened
 */
export async function openGateway(
  targets: readonly AllowedTarget[],
  workDir: string,
  onLost: (error: Error) => void,
): Promise<readonly Relay[]> {
  const opened: Relay[] = [];
  for (const { host, port, socketName } of placeTargets(targets)) {
    const open = () =>
      connect({ host, port, lookup: lookUpPermitted(lookup), allowHalfOpen: true, noDelay: true });
    try {
      opened.push(await openRelay({ path: join(workDir, socketName) }, open, onLost));
    } catch (cause) {
      for (const relay of opened) relay.close();
      throw new NamespaceError(
        'setup-failed',
        `The socket for --allow '${host}:${port}' could not be opened: ${toMessage(cause)}.`,
        { cause },
      );
    }
  }
  return opened;
}

/** The form of `dns.lookup` that gives every address. */
type LookUpAll = (
  name: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Looks a name up at every connection and drops the addresses that are never forwarded to: a name may lead anywhere,
 * and elsewhere the next time.
 */
export function lookUpPermitted(lookUp: LookUpAll): LookupFunction {
  return (name, options, done) => {
    lookUp(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const permitted = addresses.filter(({ address }) => findAddressRefusal(address) === undefined);
      const [first] = permitted;
      if (first === undefined)
        done(new Error(`'${name}' leads only to addresses that are never forwarded to.`), []);
      else if (options.all === true) done(null, permitted);
      else done(null, first.address, first.family);
    });
  };
}

/** The network of a namespace: a loopback interface with the addresses that are answered on it, and no other. */
import { isIP } from 'node:net';
import type { PlacedTarget } from './allowed-targets.ts';
import { toMessage } from './errors.ts';
import { METADATA_ADDRESS } from './names.ts';
import { runTool } from './tools.ts';

/** Renders the commands for `ip -batch`. 127.0.0.0/8 needs none: the interface answers for all of it. */
export function renderAddressCommands(targets: readonly PlacedTarget[]): string {
  const addresses = new Set([METADATA_ADDRESS, ...targets.map(({ address }) => address)]);
  const added = [...addresses].filter((address) => !address.startsWith('127.') && address !== '::1');
  const commands = added.map((address) => `address add ${address}/${isIP(address) === 6 ? 128 : 32} dev lo`);
  return `${['link set lo up', ...commands].join('\n')}\n`;
}

/**
 * Brings the loopback interface up with its addresses.
 *
 * @throws {Error} with what `ip` said
 */
export async function configureNetwork(targets: readonly PlacedTarget[], ipTool: string): Promise<void> {
  try {
    await runTool(ipTool, ['-batch', '-'], renderAddressCommands(targets));
  } catch (cause) {
    throw new Error(`the network could not be set up by '${ipTool}': ${toMessage(cause)}`, { cause });
  }
}

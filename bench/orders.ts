/** What the bench tells its children over the channel that Node gives a child, and what they answer. */
import process from 'node:process';

/** What a process takes once it has settled: its garbage was collected, and given back what that left free. */
export interface Memory {
  readonly residentMb: number;
  readonly heapMb: number;
}

/** What a child does, by the name that it is told by. */
type Orders = Readonly<Record<string, () => unknown>>;

const MEGABYTE = 1024 * 1024;

/** Milliseconds of a clock that all processes of a machine share; it never jumps. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Does what it is told, by name, and answers with what came of it. Every child can say what it takes. */
export function takeOrders(orders: Orders): void {
  const known: Orders = { ...orders, memory: takenMemory, cpuMs: takenCpuMs };
  process.on('message', (name) => void obey(known, name));
  // Whoever gave the orders is gone.
  process.on('disconnect', () => process.exit(0));
}

async function obey(known: Orders, name: unknown): Promise<void> {
  const order = typeof name === 'string' ? known[name] : undefined;
  if (order === undefined) throw new Error('An order came that nobody knows here.');
  process.send?.({ result: await order() });
}

function takenMemory(): Memory {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { rss, heapUsed } = process.memoryUsage();
  return { residentMb: rss / MEGABYTE, heapMb: heapUsed / MEGABYTE };
}

/** Milliseconds that the process has computed, in all its threads and in the system. */
function takenCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

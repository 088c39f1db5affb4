/** A process that does one run, for tests that read its streams, signal it or kill it. Asked and answering over IPC. */
import process from 'node:process';
import { NamespaceError } from './errors.ts';
import type { NamespacePlan, ProgramExit } from './plan.ts';
import { type Availability, probeNamespace } from './probe.ts';
import { runInNamespace } from './run.ts';

export type LaunchRequest =
  | { readonly type: 'probe' }
  | { readonly type: 'run'; readonly plan: NamespacePlan };

export type LaunchResult =
  | Availability
  | { readonly exit: ProgramExit }
  | { readonly error: { readonly code: string; readonly exitCode: number; readonly message: string } };

async function answer(request: LaunchRequest): Promise<LaunchResult> {
  if (request.type === 'probe') return await probeNamespace();
  try {
    return { exit: await runInNamespace(request.plan) };
  } catch (error) {
    if (!(error instanceof NamespaceError)) throw error;
    return { error: { code: error.code, exitCode: error.exitCode, message: error.message } };
  }
}

// Whoever asked is gone, or has its answer: either way nothing may stay.
process.once('disconnect', () => process.exit());
process.once('message', (request: LaunchRequest) => {
  void answer(request).then((answered) => process.send?.(answered, () => process.disconnect?.()));
});

/** Finding out, by really trying, whether namespaces can be had here. */
import { execFile } from 'node:child_process';
import process from 'node:process';
import { explainRefusal, readNamespaceSettings } from './refusal.ts';
import { ENTER_ARGUMENTS, findTools, renderLeaveArguments, TOOL_DIRECTORIES } from './tools.ts';

export type Availability = { readonly works: true } | { readonly works: false; readonly reason: string };

/** Nothing here waits for anything; a system that takes so long would not do for a run either. */
const PROBE_TIMEOUT_MS = 10_000;

/** Which part failed, by the exit status of the script below. */
const STAGES: Readonly<Record<number, string>> = {
  101: "The program 'ip' could not set up a network in a new namespace",
  102: "The program 'mount' could not bind a file in a new namespace",
  103: "The program 'unshare' could not return to the caller's own user",
};

/** Everything a run does that a system may refuse, on things that the namespace alone sees. */
const SCRIPT = `
printf 'link set lo up\\naddress add 169.254.169.254/32 dev lo\\n' | "$1" -batch - || exit 101
"$2" --no-mtab --bind -o ro,nosuid,nodev "$3" "$3" || exit 102
shift 3
"$@" || exit 103
`;

/**
 * Tries namespaces out: enters them, sets up a network, binds a file, returns to the caller's own user.
 *
 * @param directories - where the tools are looked for
 * @returns a reason, in words for the user, where a run would not work
 */
export async function probeNamespace(
  directories: readonly string[] = TOOL_DIRECTORIES,
): Promise<Availability> {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  if (process.platform !== 'linux' || uid === undefined || gid === undefined) {
    return {
      works: false,
      reason: `Namespaces are a feature of Linux, and this system is '${process.platform}'.`,
    };
  }
  const tools = findTools(directories);
  if ('missing' in tools) return { works: false, reason: tools.missing };
  const inside = ['/bin/sh', '-c', SCRIPT, 'sh', tools.ip, tools.mount, process.execPath];
  const back = [tools.unshare, ...renderLeaveArguments(uid, gid), '--', '/bin/sh', '-c', ':'];
  return await new Promise((resolve) => {
    execFile(
      tools.unshare,
      [...ENTER_ARGUMENTS, '--', ...inside, ...back],
      { timeout: PROBE_TIMEOUT_MS },
      (error, _, said) => {
        if (error === null) return resolve({ works: true });
        const stage = typeof error.code === 'number' ? STAGES[error.code] : undefined;
        const reason = explainRefusal(said, readNamespaceSettings(), uid === 0);
        resolve({ works: false, reason: stage === undefined ? reason : `${stage}. ${reason}` });
      },
    );
  });
}

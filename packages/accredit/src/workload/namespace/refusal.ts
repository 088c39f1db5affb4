/** Why a kernel refused namespaces, in words that name the setting to change. */
import { readFileSync } from 'node:fs';

/** The kernel's settings that forbid namespaces to ordinary users; undefined where a kernel has no such setting. */
export interface NamespaceSettings {
  /** `user.max_user_namespaces`: 0 forbids (user_namespaces(7)). */
  readonly maxUserNamespaces: string | undefined;
  /** `kernel.unprivileged_userns_clone`: 0 forbids (a patch of Debian's and others). */
  readonly unprivilegedUsernsClone: string | undefined;
  /** `kernel.apparmor_restrict_unprivileged_userns`: 1 takes all rights away inside (Ubuntu 23.10 and later). */
  readonly apparmorRestrictUnprivilegedUserns: string | undefined;
}

export function readNamespaceSettings(root = '/proc/sys'): NamespaceSettings {
  const read = (path: string) => {
    try {
      return readFileSync(`${root}/${path}`, 'utf8').trim();
    } catch {
      // A kernel without the setting does not forbid by it.
      return undefined;
    }
  };
  return {
    maxUserNamespaces: read('user/max_user_namespaces'),
    unprivilegedUsernsClone: read('kernel/unprivileged_userns_clone'),
    apparmorRestrictUnprivilegedUserns: read('kernel/apparmor_restrict_unprivileged_userns'),
  };
}

/**
 * Says in a sentence or two why namespaces are not to be had.
 *
 * @param said - what the tool that failed wrote, or ''
 * @param isRoot - whether the caller is root, to whom the settings for ordinary users do not apply
 */
export function explainRefusal(said: string, settings: NamespaceSettings, isRoot: boolean): string {
  const detail = said.trim() === '' ? '' : ` (${said.trim().split('\n')[0]})`;
  if (settings.maxUserNamespaces === '0') {
    return `User namespaces are switched off: the sysctl 'user.max_user_namespaces' is 0${detail}.`;
  }
  if (!isRoot && settings.unprivilegedUsernsClone === '0') {
    return `User namespaces are forbidden to ordinary users: the sysctl 'kernel.unprivileged_userns_clone' is 0${detail}.`;
  }
  if (!isRoot && settings.apparmorRestrictUnprivilegedUserns === '1') {
    return (
      `AppArmor restricts user namespaces of ordinary users, as on Ubuntu since 23.10: ` +
      `the sysctl 'kernel.apparmor_restrict_unprivileged_userns' is 1 and no profile permits this program${detail}.`
    );
  }
  if (/unrecognized option|invalid option/.test(said)) {
    return `The program 'unshare' of this system lacks options that namespaces need (util-linux 2.36 or later has them)${detail}.`;
  }
  return `Namespaces are not permitted here, as in many containers (seccomp or a missing capability)${detail}.`;
}

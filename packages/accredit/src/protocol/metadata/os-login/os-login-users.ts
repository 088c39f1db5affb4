import type { MetadataItem } from '../instance-metadata.ts';
import { isSwitchedOn } from '../switches.ts';

/** The kinds of second factor that Google's client knows. */
export const CHALLENGE_TYPES = [
  'INTERNAL_TWO_FACTOR',
  'SECURITY_KEY_OTP',
  'AUTHZEN',
  'TOTP',
  'IDV_PREREGISTERED_PHONE',
] as const;

export type ChallengeType = (typeof CHALLENGE_TYPES)[number];

/** A second factor of a user. */
export interface SecondFactor {
  readonly type: ChallengeType;
  /** What answers the challenge; AUTHZEN, a prompt on a telephone, has none and is taken as confirmed. */
  readonly code?: string;
}

/** The instances of a project, by their names, or all of them. */
export type InstanceSelection = 'all' | readonly string[];

/** A person who may log in to instances. */
export interface OsLoginUser {
  readonly email: string;
  readonly username: string;
  readonly uid: number;
  readonly gid: number;
  readonly homeDirectory: string;
  readonly shell: string;
  readonly sshPublicKeys: readonly { readonly key: string; readonly expiresAtMs?: number }[];
  /** Public keys of security keys, in the form of `authorized_keys`. */
  readonly securityKeys: readonly string[];
  readonly login: InstanceSelection;
  /** Where the user may also become root. */
  readonly adminLogin: InstanceSelection;
  readonly twoFactor: readonly SecondFactor[];
}

export interface OsLoginGroup {
  readonly name: string;
  readonly gid: number;
  /** Names of users. */
  readonly members: readonly string[];
}

/** Who may log in to the instances of a project, and how (metadata notes 8.7). */
export interface OsLogin {
  readonly users: readonly OsLoginUser[];
  readonly groups: readonly OsLoginGroup[];
  /** Public keys, in the form of `authorized_keys`. */
  readonly certificateAuthorities: readonly string[];
}

/** The attribute of an instance or its project that turns OS Login on (metadata notes 8.3). */
const ENABLING_ATTRIBUTE = 'enable-oslogin';

/** Says whether OS Login is on for an instance. */
export function hasOsLoginEnabled(
  attributes: readonly MetadataItem[],
  projectAttributes: readonly MetadataItem[],
): boolean {
  return isSwitchedOn(ENABLING_ATTRIBUTE, attributes, projectAttributes);
}

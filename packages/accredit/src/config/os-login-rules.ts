import { isEmail } from '../protocol/iam/service-accounts/service-account-names.ts';
import type { Rule } from './rules.ts';

/** Users, groups, members of one group, keys of one user, and authorities. More would only be a slip of the pen. */
export const OS_LOGIN_LIMIT = 1000;

/** Google's client takes no user below. */
export const UID_FROM = 1000;

/** What 32 bits hold, but for the one that stands for none. */
export const ID_TO = 4_294_967_294;

export const USER_EMAIL: Rule = { expected: 'an e-mail address', fits: isEmail };

/** What Google's client takes. @see https://github.com/GoogleCloudPlatform/guest-oslogin (`kUserNameRegex`) */
export const USERNAME: Rule = {
  expected: "a name (1 to 32 letters, digits, '.', '_' and '-', first no '-')",
  fits: (text) => /^[a-zA-Z0-9._][a-zA-Z0-9._-]{0,31}$/.test(text),
};

/** Bytes of one public key with its comment. */
const PUBLIC_KEY_LIMIT = 16 * 1024;

export const PUBLIC_KEY: Rule = {
  expected: "a public key as in authorized_keys, such as 'ssh-ed25519 AAAA...'",
  fits: (text) =>
    text.length <= PUBLIC_KEY_LIMIT && /^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}( [^\p{Cc}]*)?$/u.test(text),
};

/** A home directory or a shell; a colon would end a field of passwd. */
export const ABSOLUTE_PATH: Rule = {
  expected: "an absolute path, such as '/bin/bash'",
  fits: (text) => text.length <= 4096 && /^\/[^:\p{Cc}]*$/u.test(text),
};

export const TIME: Rule = {
  expected: "a time in UTC, such as '2030-01-31T00:00:00Z'",
  fits: (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text)),
};

export const CODE: Rule = {
  expected: 'a code in quotes (1 to 100 characters)',
  fits: (text) => text.length >= 1 && text.length <= 100,
};

import { normalizePath } from './paths.ts';

/** The longest pattern: longer than any path of the tree. Every request is compared with it. */
export const FAULT_PATH_LIMIT = 1024;

/** How the path of a fault is written, for messages. */
export const FAULT_PATH_FORM =
  "a path of the metadata server: it begins with '/', or with one of 'instance', 'project', 'oslogin' and " +
  "'universe', such as 'instance/id', or is the beginning of several with a '*' at its end";

const V1 = '/computeMetadata/v1/';

/** What is below `/computeMetadata/v1/` can be named without it (metadata notes 4). */
const BELOW_V1 = /^\/?(?:instance|project|oslogin|universe)(?:[/*]|$)/;

/** Where the accounts are that a client asks a token of. */
const ACCOUNTS = `${V1}instance/service-accounts/`;

/** The paths that a client asks a token of, by alias or by address. */
const TOKEN_PATH = /^\/computeMetadata\/v1\/instance\/service-accounts\/[^/]+\/token$/;

/**
 * Reads the path of a fault: exact, or with a `*` at its end.
 *
 * `instance/…`, `project/…`, `oslogin/…` and `universe/…` are below `/computeMetadata/v1/`, with a slash before them or
 * without; so is `computeMetadata/…` from the root. Nothing else goes without its slash: it would be a misspelling.
 *
 * @returns an absolute path or the beginning of paths and `*`; `undefined` where it could match nothing
 */
export function parseFaultPath(text: string): string | undefined {
  if (text === '*') return text;
  if (text.length > FAULT_PATH_LIMIT || !/^[\x21-\x7e]+$/.test(text) || /[?#%]|\*./.test(text))
    return undefined;
  if (BELOW_V1.test(text)) return normalizePath(V1 + text);
  if (text.startsWith('computeMetadata/')) return normalizePath(`/${text}`);
  return text.startsWith('/') ? normalizePath(text) : undefined;
}

/** Says whether a client asks a token of a path. */
export function isTokenPath(path: string): boolean {
  return TOKEN_PATH.test(path);
}

/**
 * Says whether any path that a client asks a token of fits a pattern.
 *
 * @param pattern - as `parseFaultPath` returns it
 */
export function mayBeTokenPath(pattern: string): boolean {
  if (!pattern.endsWith('*')) return isTokenPath(pattern);
  const beginning = pattern.slice(0, -1);
  if (ACCOUNTS.startsWith(beginning)) return true;
  const [account = '', key = '', ...deeper] = beginning.slice(ACCOUNTS.length).split('/');
  return beginning.startsWith(ACCOUNTS) && account !== '' && deeper.length === 0 && 'token'.startsWith(key);
}

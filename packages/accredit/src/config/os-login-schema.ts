import { z } from 'zod';
import { CHALLENGE_TYPES } from '../protocol/metadata/os-login/os-login-users.ts';
import {
  ABSOLUTE_PATH,
  CODE,
  ID_TO,
  OS_LOGIN_LIMIT,
  PUBLIC_KEY,
  TIME,
  UID_FROM,
  USER_EMAIL,
  USERNAME,
} from './os-login-rules.ts';
import { RESOURCE_NAME } from './rules.ts';
import { choice, list, mapping, secretText, text, wholeNumber } from './schema-parts.ts';

/** A list of at most so many. */
function fewOf<Item extends z.ZodType>(what: string, item: Item) {
  return list(what, item).refine((items) => (items?.length ?? 0) <= OS_LOGIN_LIMIT, {
    error: `at most ${OS_LOGIN_LIMIT} ${what}`,
  });
}

const selection = z
  .union([z.literal('all'), z.array(text(RESOURCE_NAME))], {
    error: "'all' or a list of names of instances",
  })
  .optional();

const secondFactor = mapping('a second factor', {
  type: choice(...CHALLENGE_TYPES).unwrap(),
  code: secretText(CODE).optional(),
}).refine(({ type, code }) => (type === 'AUTHZEN') === (code === undefined), {
  error: "a 'code' in it, or none where its type is AUTHZEN",
});

const user = mapping('a user', {
  email: text(USER_EMAIL),
  username: text(USERNAME),
  uid: wholeNumber(UID_FROM, ID_TO),
  gid: wholeNumber(1, ID_TO).optional(),
  homeDirectory: text(ABSOLUTE_PATH).optional(),
  shell: text(ABSOLUTE_PATH).optional(),
  sshPublicKeys: fewOf('keys', mapping('a key', { key: text(PUBLIC_KEY), expires: text(TIME).optional() })),
  securityKeys: fewOf('public keys', text(PUBLIC_KEY)),
  login: selection,
  adminLogin: selection,
  twoFactor: fewOf('second factors', secondFactor),
});

const group = mapping('a group', {
  name: text(USERNAME),
  gid: wholeNumber(1, ID_TO),
  members: fewOf('names of users', text(USERNAME)),
});

const file = mapping('what OS Login knows', {
  users: fewOf('users', user),
  groups: fewOf('groups', group),
  certificateAuthorities: fewOf('public keys', text(PUBLIC_KEY)),
});

/** `osLogin` of a project. */
export const osLogin = file.optional();

/** OS Login as the file says it. */
export type FileOsLogin = z.output<typeof file>;

/** What is a permission at all: reading one in either spelling, and whether any role of the catalogue holds it. */

import { invalidArgument, notFound } from '../../../kernel/api-error.ts';
import { clip } from '../../../kernel/clip.ts';
import { nearestName } from '../../../kernel/nearest-name.ts';
import { toRoleSpelling } from './permission-spelling.ts';
import { listTestablePermissions } from './testable-permissions.ts';

/** `storage.objects.get`, or with the service's whole name: `storage.googleapis.com/objects.get`. */
const PERMISSION = /^([a-z][A-Za-z0-9]*)(?:\.googleapis\.com\/|\.)([A-Za-z0-9]+(?:\.[A-Za-z0-9]+){1,2})$/;

/** Services whose permissions begin with another word than the service's name. */
const PREFIX_OF_SERVICE: ReadonlyMap<string, string> = new Map([['cloudresourcemanager', 'resourcemanager']]);

/**
 * Reads a permission in either spelling, known or not.
 *
 * @returns the permission as roles spell it; `undefined` for what is none
 */
export function parsePermission(text: string): string | undefined {
  const [, service = '', rest] = PERMISSION.exec(text) ?? [];
  if (rest === undefined) return undefined;
  return toRoleSpelling(text.includes('/') ? `${PREFIX_OF_SERVICE.get(service) ?? service}.${rest}` : text);
}

/**
 * Reads a permission in either spelling, and says so where no role of the catalogue holds it.
 *
 * @returns the permission as roles spell it
 * @throws {ApiError} `INVALID_ARGUMENT` for what is no permission, `NOT_FOUND` for one that is not known here
 */
export function assertKnownPermission(text: string): string {
  const spelled = parsePermission(text);
  if (spelled === undefined) {
    const ending = nearestPermission(text) ?? ", such as 'storage.objects.get'.";
    throw invalidArgument(`'${clip(text)}' is no permission: it is written SERVICE.RESOURCE.VERB${ending}`);
  }
  if (listTestablePermissions('organization').includes(spelled)) return spelled;
  const ending = nearestPermission(spelled) ?? '.';
  throw notFound(`Permission '${clip(text)}' is not known here: no predefined role holds it${ending}`, {
    echoes: true,
  });
}

/**
 * Checks the beginning of a permission: at least one that is known begins so.
 *
 * @param start - `storage.objects.`; empty: all do
 * @returns it
 * @throws {ApiError} `NOT_FOUND`
 */
export function assertPermissionStart(start: string): string {
  if (listTestablePermissions('organization').some((permission) => permission.startsWith(start)))
    return start;
  throw notFound(`No permission that is known here begins with '${clip(start)}'.`);
}

/**
 * Reads a permission in either spelling, and says so where it is most likely misspelled. One that is merely not known may
 * be of a service that is not emulated.
 *
 * @returns the permission as roles spell it
 * @throws {ApiError} `INVALID_ARGUMENT` for what is no permission, `NOT_FOUND` for a misspelled one
 */
export function assertNotMisspelled(text: string): string {
  const spelled = parsePermission(text);
  return spelled === undefined || nearestPermission(spelled) !== undefined
    ? assertKnownPermission(text)
    : spelled;
}

function nearestPermission(text: string): string | undefined {
  const near = nearestName(text, listTestablePermissions('organization'));
  return near === undefined ? undefined : `; did you mean '${near}'?`;
}

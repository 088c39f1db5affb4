import { findRole, listRoles } from '../protocol/iam/roles/catalogue.ts';

/** How people call the services whose roles the catalogue has. */
const SERVICES = 'Storage, Compute Engine, IAM, Resource Manager and Service Usage';

/** The names of predefined roles, of whatever service: `roles/pubsub.publisher`. */
const PREDEFINED = /^roles\/[A-Za-z0-9_.]+$/;

/**
 * Says which roles there are, for who names one of a service that is not emulated.
 *
 * @returns what goes on after what is wrong, a sentence without its stop; `undefined` for a role that is known, and for
 *   what can be no predefined role
 */
export function describeKnownRoles(role: string): string | undefined {
  if (!PREDEFINED.test(role) || findRole(role) !== undefined) return undefined;
  return `this cloud knows ${listRoles().length} predefined roles, of ${SERVICES}, which 'accredit roles list' shows`;
}

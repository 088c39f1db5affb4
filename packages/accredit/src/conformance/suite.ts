import type { Check } from './check.ts';
import { clients } from './checks/clients.ts';
import { faults } from './checks/faults.ts';
import { guestAttributes } from './checks/guest-attributes.ts';
import { identity } from './checks/identity.ts';
import { listings } from './checks/listings.ts';
import { methods } from './checks/methods.ts';
import { paths } from './checks/paths.ts';
import { profiles } from './checks/profiles.ts';
import { recursive } from './checks/recursive.ts';
import { redirects } from './checks/redirects.ts';
import { requestHeaders } from './checks/request-headers.ts';
import { roots } from './checks/roots.ts';
import { scalars } from './checks/scalars.ts';
import { services } from './checks/services.ts';
import { tokens } from './checks/tokens.ts';
import { waits } from './checks/wait-for-change.ts';

/** Every check, by its number. */
export const CHECKS: readonly Check[] = [
  ...roots,
  ...requestHeaders,
  ...redirects,
  ...paths,
  ...methods,
  ...scalars,
  ...listings,
  ...recursive,
  ...waits,
  ...tokens,
  ...identity,
  ...guestAttributes,
  ...clients,
  ...faults,
  ...services,
  ...profiles,
].sort((one, other) => one.number - other.number);

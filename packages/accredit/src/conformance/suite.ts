import type { Check } from './check.ts';
import { answerHeaders } from './checks/answer-headers.ts';
import { clients } from './checks/clients.ts';
import { customAttributes } from './checks/custom-attributes.ts';
import { etags } from './checks/etags.ts';
import { faults } from './checks/faults.ts';
import { guestAttributes } from './checks/guest-attributes.ts';
import { identity } from './checks/identity.ts';
import { listings } from './checks/listings.ts';
import { methods } from './checks/methods.ts';
import { networkInterfaces } from './checks/network-interfaces.ts';
import { paths } from './checks/paths.ts';
import { profiles } from './checks/profiles.ts';
import { recursive } from './checks/recursive.ts';
import { redirects } from './checks/redirects.ts';
import { requestHeaders } from './checks/request-headers.ts';
import { roots } from './checks/roots.ts';
import { scalars } from './checks/scalars.ts';
import { services } from './checks/services.ts';
import { tokenScopes } from './checks/token-scopes.ts';
import { tokens } from './checks/tokens.ts';
import { waits } from './checks/wait-for-change.ts';
import { wokenWaits } from './checks/woken-waits.ts';

/** Every check, by its number. */
export const CHECKS: readonly Check[] = [
  ...roots,
  ...answerHeaders,
  ...requestHeaders,
  ...redirects,
  ...paths,
  ...methods,
  ...scalars,
  ...networkInterfaces,
  ...customAttributes,
  ...listings,
  ...recursive,
  ...etags,
  ...waits,
  ...wokenWaits,
  ...tokens,
  ...tokenScopes,
  ...identity,
  ...guestAttributes,
  ...clients,
  ...faults,
  ...services,
  ...profiles,
].sort((one, other) => one.number - other.number);

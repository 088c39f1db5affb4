import { group } from '../command-group.ts';
import { rolesDescribe } from './roles-describe.ts';
import { rolesList } from './roles-list.ts';

/** `accredit roles` */
export const roles = group('roles', 'Roles and what they hold.', [rolesList, rolesDescribe]);

import { group } from '../command-group.ts';
import { iamGrant } from './iam-grant.ts';
import { iamPolicy } from './iam-policy.ts';
import { iamRevoke } from './iam-revoke.ts';

/** `accredit iam` */
export const iam = group('iam', 'Allow policies: who has which role.', [iamGrant, iamRevoke, iamPolicy]);

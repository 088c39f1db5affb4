import { group } from '../command-group.ts';
import { groupsAddMember } from './groups-add-member.ts';
import { groupsCreate } from './groups-create.ts';
import { groupsDelete } from './groups-delete.ts';
import { groupsDescribe } from './groups-describe.ts';
import { groupsList } from './groups-list.ts';
import { groupsRemoveMember } from './groups-remove-member.ts';

/** `accredit groups` */
export const groups = group('groups', 'Groups that policies name, and who is in them.', [
  groupsList,
  groupsDescribe,
  groupsCreate,
  groupsDelete,
  groupsAddMember,
  groupsRemoveMember,
]);

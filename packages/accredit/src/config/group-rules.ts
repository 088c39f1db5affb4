import { GROUP_NAME_LIMIT, isGroupName, parseGroupEmail, parseGroupMember } from '../protocol/iam/groups.ts';
import type { Rule } from './rules.ts';

export const GROUP_EMAIL: Rule = {
  expected: 'the e-mail address of a group',
  fits: (text) => parseGroupEmail(text) !== undefined,
};

export const GROUP_NAME: Rule = {
  expected: `a name for people (one line of at most ${GROUP_NAME_LIMIT} characters)`,
  fits: isGroupName,
};

export const GROUP_MEMBER: Rule = {
  expected: "a member, such as 'user:ada@example.com', 'serviceAccount:EMAIL' or 'group:EMAIL'",
  fits: (text) => parseGroupMember(text) !== undefined,
};

import type { z } from 'zod';
import { GROUP_MEMBER_LIMIT } from '../protocol/iam/groups.ts';
import { GROUP_EMAIL, GROUP_MEMBER, GROUP_NAME } from './group-rules.ts';
import { list, mapping, text } from './schema-parts.ts';

/** One of `groups`. */
export const group = mapping('a group', {
  email: text(GROUP_EMAIL),
  displayName: text(GROUP_NAME).optional(),
  members: list('members', text(GROUP_MEMBER)).refine(
    (members) => (members?.length ?? 0) <= GROUP_MEMBER_LIMIT,
    {
      error: `at most ${GROUP_MEMBER_LIMIT} members`,
    },
  ),
});

/** A group as the file says it. */
export type FileGroup = z.output<typeof group>;

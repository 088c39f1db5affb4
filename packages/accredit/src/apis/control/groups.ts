import { type Call, method } from '../../http/method.ts';
import { encodePage, pageOfQuery, readPage } from '../../http/paging.ts';
import type { Services } from '../../http/services.ts';
import { type ApiError, alreadyExists, invalidArgument, notFound } from '../../kernel/api-error.ts';
import { clip } from '../../kernel/clip.ts';
import { list, object, optional, string } from '../../kernel/decode.ts';
import { type Member, namedAccount } from '../../kernel/principals.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import {
  assertGroupEmail,
  assertGroupMember,
  assertGroupName,
  assertMemberCount,
} from '../../protocol/iam/groups.ts';
import { renderKeptMember, storedUniqueIds, toKeptMembers, toSorted } from '../../resources/group-members.ts';
import type { Group } from '../../resources/groups.ts';
import { PreconditionFailed } from '../../store/store.ts';
import { OWNER_ONLY, requireOwner } from './cloud-control.ts';

const createRequest = object({ email: string, displayName: optional(string), members: list(string) });

/** Makes a group: `accredit groups create`. */
export const createGroup = () =>
  method({
    id: 'control.groups.create',
    http: 'POST /v1/groups',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: createRequest },
    async handle({ caller, body, services }) {
      requireOwner(caller);
      const { groups } = services.resources;
      const email = assertGroupEmail(body.email);
      const { displayName = '' } = body;
      assertGroupName(displayName);
      const members = await readNewMembers(body.members, services);
      assertMemberCount(members);
      const group = { ...groups.draft(email, displayName), members };
      try {
        await services.resources.commit(groups.put(group, undefined), [groups.at(0, email)]);
      } catch (error) {
        throw error instanceof PreconditionFailed ? taken(email) : error;
      }
      return { json: await encodeGroup(group, services) };
    },
  });

function taken(email: string): ApiError {
  return alreadyExists(`Group '${email}' already exists.`, { echoes: true });
}

/** Groups of a page where the caller does not say, and at most. */
const PAGE_SIZES = { default: 100, max: 1000, isStrict: true } as const;

/** The groups in the order of their addresses; of their members the number. */
export const listGroups = () =>
  method({
    id: 'control.groups.list',
    http: 'GET /v1/groups',
    open: OWNER_ONLY,
    async handle({ caller, query, services }) {
      requireOwner(caller);
      const page = readPage(pageOfQuery(query), PAGE_SIZES, 'groups');
      const { items, ...rest } = await services.resources.groups.list(page);
      const groups = items.map(({ value }) => ({ ...encodeHead(value), memberCount: value.members.length }));
      return { json: { groups, ...encodePage('groups', { ...rest, items: groups }, 'groups') } };
    },
  });

/** One group with its members. */
export const getGroup = () =>
  method({
    id: 'control.groups.get',
    http: 'GET /v1/groups/{group}',
    open: OWNER_ONLY,
    async handle({ caller, path, services }) {
      requireOwner(caller);
      const email = assertGroupEmail(path.group);
      const stored = await services.resources.groups.get(email);
      if (stored === undefined) throw missing(email);
      return { json: await encodeGroup(stored.value, services) };
    },
  });

/** Removes a group; what names it stays. */
export const deleteGroup = () =>
  method({
    id: 'control.groups.delete',
    http: 'DELETE /v1/groups/{group}',
    open: OWNER_ONLY,
    async handle({ caller, path, services }) {
      requireOwner(caller);
      const { groups } = services.resources;
      const email = assertGroupEmail(path.group);
      if (!(await groups.delete(email))) throw missing(email);
      return { json: {} };
    },
  });

const membersRequest = object({ members: list(string) });

type MembersCall = Pick<
  Call<{ readonly group: string }, ReturnType<typeof membersRequest>>,
  'path' | 'body'
> & {
  readonly services: Services;
};

/** Adds members to a group; `changed` of the answer are those that were not in it. */
export const addMembers = () =>
  method({
    id: 'control.groups.addMembers',
    http: 'POST /v1/{group=groups/*}:addMembers',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: membersRequest },
    async handle(call) {
      requireOwner(call.caller);
      return { json: await addTo(call) };
    },
  });

async function addTo({ path, body, services }: MembersCall): Promise<Readonly<Record<string, unknown>>> {
  const added = await readNewMembers(body.members, services);
  return changeMembers(path.group, services, (members) => {
    const all = toSorted([...members, ...added]);
    assertMemberCount(all);
    return all;
  });
}

/** Takes members from a group; `changed` of the answer are those that were in it. */
export const removeMembers = () =>
  method({
    id: 'control.groups.removeMembers',
    http: 'POST /v1/{group=groups/*}:removeMembers',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: membersRequest },
    async handle(call) {
      requireOwner(call.caller);
      return { json: await removeFrom(call) };
    },
  });

async function removeFrom({ path, body, services }: MembersCall): Promise<Readonly<Record<string, unknown>>> {
  const [deleted, present] = [
    body.members.filter(isDeleted),
    body.members.filter((text) => !isDeleted(text)),
  ];
  const spelled = present.map(assertGroupMember);
  const gone = new Set([
    // As an account was kept before it was here, and as it is kept since.
    ...spelled,
    ...(await readMembers(spelled, services)),
    ...deleted.map((text) => text.slice(DELETED.length)),
  ]);
  return changeMembers(path.group, services, (members) => members.filter((member) => !gone.has(member)));
}

const DELETED = 'deleted:';

/** Says whether a member is one that a group shows of an account that is gone. */
function isDeleted(text: string): boolean {
  return text.startsWith(`${DELETED}serviceAccount:`);
}

async function changeMembers(
  name: string,
  services: Services,
  decide: (members: readonly Member[]) => readonly Member[],
): Promise<Readonly<Record<string, unknown>>> {
  const email = assertGroupEmail(name.slice('groups/'.length));
  let changed: readonly Member[] = [];
  const group = await services.resources.groups.change(email, async (before) => {
    const members = decide(before.members);
    const difference = new Set(members).symmetricDifference(new Set(before.members));
    changed = [...difference];
    return changed.length === 0 ? before : { ...before, members };
  });
  if (group === undefined) throw missing(email);
  return { ...(await encodeGroup(group, services)), changed: await renderMembers(changed, services) };
}

function missing(email: string): ApiError {
  return notFound(`Group '${email}' does not exist. See 'accredit groups list'.`, { echoes: true });
}

/** @throws {ApiError} `INVALID_ARGUMENT` for what no group can hold */
async function readMembers(texts: readonly string[], { resources }: Services): Promise<readonly Member[]> {
  return toKeptMembers(texts.map(assertGroupMember), storedUniqueIds(resources.serviceAccounts));
}

/** @throws {ApiError} `INVALID_ARGUMENT` also for a service account that is not here: nobody would be in the group */
async function readNewMembers(texts: readonly string[], services: Services): Promise<readonly Member[]> {
  const members = await readMembers(texts, services);
  for (const member of members) {
    const account = namedAccount(member);
    if (account !== undefined && account.uniqueId === undefined) throw noSuchAccount(account.email);
  }
  return members;
}

function noSuchAccount(email: string): ApiError {
  return invalidArgument(
    `Service account '${clip(email)}' does not exist. See 'accredit service-accounts list'.`,
  );
}

function renderMembers(members: readonly Member[], { resources }: Services): Promise<readonly Member[]> {
  const findUniqueId = storedUniqueIds(resources.serviceAccounts);
  return Promise.all(members.map((member) => renderKeptMember(member, findUniqueId)));
}

async function encodeGroup(group: Group, services: Services): Promise<Readonly<Record<string, unknown>>> {
  return { ...encodeHead(group), members: await renderMembers(group.members, services) };
}

/** An empty name is left out. */
function encodeHead({ email, displayName, createdAtMs }: Group): Readonly<Record<string, unknown>> {
  return { email, ...(displayName === '' ? {} : { displayName }), createTime: toRfc3339(createdAtMs) };
}

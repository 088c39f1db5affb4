import { type Call, method } from '../../http/method.ts';
import { type AskedPage, pageOfQuery } from '../../http/paging.ts';
import { int32, object, optional, string } from '../../kernel/decode.ts';
import { toEtag } from '../../kernel/etags.ts';
import { folderName } from '../../kernel/resource-names.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { PROJECT_READ } from '../../protocol/iam/scopes.ts';
import { type FieldReader, matchesQuery, parseQuery } from '../../protocol/resource-manager/query.ts';
import type { Stored } from '../../resources/collection.ts';
import type { Folder, Folders } from '../../resources/folders.ts';
import { findFolder, nameOfFolder, parentOfQuery } from './lookups.ts';
import { type Listing, renderPage } from './pages.ts';

/** gcloud asks v2 for folders, other clients ask v3. */
type Version = 'v2' | 'v3';

/** A folder as a version shows it: v2 calls its state otherwise and has no etag. */
function encodeFolder({ value, revision }: Stored<Folder>, version: Version) {
  const { folderId, parent, displayName, createdAtMs } = value;
  const createTime = toRfc3339(createdAtMs);
  const shown = { name: folderName(folderId), parent, displayName, createTime };
  if (version === 'v2') return { ...shown, lifecycleState: 'ACTIVE' };
  return { ...shown, state: 'ACTIVE', updateTime: createTime, etag: toEtag(revision) };
}

/** Returns what queries read of a folder, by field in lower case. */
function folderFields({ displayName, parent }: Folder): FieldReader {
  const fields: Readonly<Record<string, readonly string[]>> = {
    displayname: [displayName],
    parent: [parent],
    state: ['ACTIVE'],
    lifecyclestate: ['ACTIVE'],
  };
  return (field) => (Object.hasOwn(fields, field) ? fields[field] : undefined);
}

function listing(folders: Folders, version: Version): Omit<Listing<Folder>, 'isWanted' | 'isVisible'> {
  return {
    field: 'folders',
    list: (page) => folders.list(page),
    keyOf: ({ folderId }) => folderId,
    encode: (stored) => encodeFolder(stored, version),
  };
}

function get(version: Version) {
  return method({
    id: `cloudresourcemanager.${version}.folders.get`,
    http: `GET /${version}/folders/{resource}` as const,
    scopes: PROJECT_READ,
    permission: { check: 'resourcemanager.folders.get', on: nameOfFolder },
    async handle(call) {
      return { json: encodeFolder(await findFolder(call), version) };
    },
  });
}

function list(version: Version) {
  return method({
    id: `cloudresourcemanager.${version}.folders.list`,
    http: `GET /${version}/folders` as const,
    scopes: PROJECT_READ,
    permission: { check: 'resourcemanager.folders.list', on: parentOfQuery },
    async handle(call) {
      const parent = await parentOfQuery(call);
      const isWanted = (folder: Folder) => folder.parent === parent;
      const isVisible = async () => true;
      const all = listing(call.services.resources.folders, version);
      return { json: await renderPage({ ...all, isWanted, isVisible }, pageOfQuery(call.query)) };
    },
  });
}

/** Searches what the caller may get. */
function search(
  version: Version,
  call: Pick<Call<unknown, unknown>, 'services' | 'may'>,
  query: string,
  page: AskedPage,
) {
  const asked = parseQuery(query);
  const { folders } = call.services.resources;
  const isWanted = (folder: Folder) => matchesQuery(asked, folderFields(folder));
  const isVisible = ({ folderId }: Folder) => call.may('resourcemanager.folders.get', folderName(folderId));
  return renderPage({ ...listing(folders, version), isWanted, isVisible }, page);
}

const OPEN_SEARCH = 'it shows what the caller may get';

const searchRequest = object({
  query: optional(string),
  pageSize: optional(int32),
  pageToken: optional(string),
});

const searchV2 = method({
  id: 'cloudresourcemanager.v2.folders.search',
  http: 'POST /v2/folders:search',
  scopes: PROJECT_READ,
  open: OPEN_SEARCH,
  body: { kind: 'json', decode: searchRequest },
  async handle(call) {
    return { json: await search('v2', call, call.body.query ?? '', call.body) };
  },
});

const searchV3 = method({
  id: 'cloudresourcemanager.v3.folders.search',
  http: 'GET /v3/folders:search',
  scopes: PROJECT_READ,
  open: OPEN_SEARCH,
  async handle(call) {
    const page = pageOfQuery(call.query);
    return { json: await search('v3', call, call.query.get('query') ?? '', page) };
  },
});

/** The folders, as v2 and v3 show them. */
export const folderMethods = [get('v2'), list('v2'), searchV2, get('v3'), list('v3'), searchV3];

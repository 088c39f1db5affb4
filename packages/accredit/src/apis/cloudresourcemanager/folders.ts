import { method } from '../../http/method.ts';
import { pageOfQuery } from '../../http/paging.ts';
import { object, optional, string } from '../../kernel/decode.ts';
import { toEtag } from '../../kernel/etags.ts';
import { folderName } from '../../kernel/resource-names.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { PROJECT_READ } from '../../protocol/iam/scopes.ts';
import type { FieldReader } from '../../protocol/resource-manager/query.ts';
import type { Stored } from '../../resources/collection.ts';
import type { Folder, Folders } from '../../resources/folders.ts';
import { findFolder, named, parentOfQuery } from './lookups.ts';
import { type Listing, renderPage } from './pages.ts';
import { wordsOf } from './refusals.ts';
import { pageFields, type Searched, searchByAddress, searchByBody } from './searches.ts';

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
    ...wordsOf(version),
    permission: { check: 'resourcemanager.folders.get', on: named('folders', version) },
    async handle(call) {
      return { json: encodeFolder(await findFolder(call), version) };
    },
  });
}

const LIST = 'resourcemanager.folders.list';

function list(version: Version) {
  const findParentOfList = parentOfQuery(version);
  return method({
    id: `cloudresourcemanager.${version}.folders.list`,
    http: `GET /${version}/folders` as const,
    scopes: PROJECT_READ,
    ...wordsOf(version),
    permission: { check: LIST, on: findParentOfList },
    async handle(call) {
      const parent = await findParentOfList(call, LIST);
      const isWanted = (folder: Folder) => folder.parent === parent;
      const isVisible = async () => true;
      const all = listing(call.services.resources.folders, version);
      return {
        json: await renderPage({ ...all, isWanted, isVisible }, pageOfQuery(call.query), `${parent}/folders`),
      };
    },
  });
}

function searched(version: Version): Searched<Folder> {
  return {
    listing: ({ resources }) => listing(resources.folders, version),
    fieldsOf: folderFields,
    permission: 'resourcemanager.folders.get',
    nameOf: ({ folderId }) => folderName(folderId),
  };
}

const searchRequest = object({ query: optional(string), ...pageFields });

const searchV2 = searchByBody({
  id: 'cloudresourcemanager.v2.folders.search',
  http: 'POST /v2/folders:search',
  searched: searched('v2'),
  decode: searchRequest,
  queryOf: ({ query }) => query,
});

const searchV3 = searchByAddress({
  id: 'cloudresourcemanager.v3.folders.search',
  http: 'GET /v3/folders:search',
  searched: searched('v3'),
});

/** The folders, as v2 and v3 show them. */
export const folderMethods = [get('v2'), list('v2'), searchV2, get('v3'), list('v3'), searchV3];

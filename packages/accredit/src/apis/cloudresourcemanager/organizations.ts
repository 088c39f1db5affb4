import { method } from '../../http/method.ts';
import { object, optional, string } from '../../kernel/decode.ts';
import { toEtag } from '../../kernel/etags.ts';
import { organizationName } from '../../kernel/resource-names.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { PROJECT_READ } from '../../protocol/iam/scopes.ts';
import type { FieldReader } from '../../protocol/resource-manager/query.ts';
import type { Stored } from '../../resources/collection.ts';
import type { Organization } from '../../resources/organizations.ts';
import { findOrganization, named } from './lookups.ts';
import { wordsOf } from './refusals.ts';
import { pageFields, type Searched, searchByAddress, searchByBody } from './searches.ts';

/** gcloud asks v1 for organizations, other clients ask v3. */
type Version = 'v1' | 'v3';

/** An organization as a version shows it. */
function encodeOrganization({ value, revision }: Stored<Organization>, version: Version) {
  const { organizationId, displayName, directoryCustomerId, createdAtMs } = value;
  const name = organizationName(organizationId);
  const owner = directoryCustomerId === undefined ? {} : { directoryCustomerId };
  const createTime = toRfc3339(createdAtMs);
  if (version === 'v1')
    return { name, displayName, owner, creationTime: createTime, lifecycleState: 'ACTIVE' };
  const etag = toEtag(revision);
  return { name, displayName, ...owner, state: 'ACTIVE', createTime, updateTime: createTime, etag };
}

/** Returns what queries read of an organization, by field in lower case. */
function organizationFields({ displayName, directoryCustomerId }: Organization): FieldReader {
  const customer = directoryCustomerId === undefined ? [] : [directoryCustomerId];
  const fields: Readonly<Record<string, readonly string[]>> = {
    domain: [displayName],
    directorycustomerid: customer,
    'owner.directorycustomerid': customer,
  };
  return (field) => (Object.hasOwn(fields, field) ? fields[field] : undefined);
}

function get(version: Version) {
  return method({
    id: `cloudresourcemanager.${version}.organizations.get`,
    http: `GET /${version}/organizations/{resource}` as const,
    scopes: PROJECT_READ,
    ...wordsOf(version),
    permission: { check: 'resourcemanager.organizations.get', on: named('organizations', version) },
    async handle(call) {
      return { json: encodeOrganization(await findOrganization(call), version) };
    },
  });
}

function searched(version: Version): Searched<Organization> {
  return {
    listing: ({ resources }) => ({
      field: 'organizations',
      list: (page) => resources.organizations.list(page),
      keyOf: ({ organizationId }) => organizationId,
      encode: (stored) => encodeOrganization(stored, version),
    }),
    fieldsOf: organizationFields,
    permission: 'resourcemanager.organizations.get',
    nameOf: ({ organizationId }) => organizationName(organizationId),
  };
}

const searchRequest = object({ filter: optional(string), ...pageFields });

const searchV1 = searchByBody({
  id: 'cloudresourcemanager.v1.organizations.search',
  http: 'POST /v1/organizations:search',
  searched: searched('v1'),
  decode: searchRequest,
  queryOf: ({ filter }) => filter,
});

const searchV3 = searchByAddress({
  id: 'cloudresourcemanager.v3.organizations.search',
  http: 'GET /v3/organizations:search',
  searched: searched('v3'),
});

/** The organizations, as v1 and v3 show them. */
export const organizationMethods = [get('v1'), searchV1, get('v3'), searchV3];

import { method } from '../../http/method.ts';
import { type ApiError, notFound } from '../../kernel/api-error.ts';
import { toLink } from '../../protocol/compute/references.ts';
import { COMPUTE_READ } from '../../protocol/iam/scopes.ts';
import {
  findGuestAttribute,
  type GuestAttributeValues,
  hasGuestAttributesEnabled,
} from '../../protocol/metadata/guest-attributes.ts';
import { findInstance, type InstanceTarget, nameOfInstance } from './instance-target.ts';
import { missing, projectOf } from './places.ts';

/** One guest attribute, as it is answered. */
interface GuestAttributeEntry {
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
}

/**
 * What programs in an instance wrote through its metadata server.
 *
 * Guess: without a path everything is shown; with both parameters, both are answered.
 */
export const getGuestAttributes = method({
  id: 'compute.instances.getGuestAttributes',
  http: 'GET /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/getGuestAttributes',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.instances.getGuestAttributes', on: nameOfInstance },
  async handle(call) {
    const values = await readValues(call);
    const variableKey = call.query.get('variableKey');
    const queryPath = call.query.get('queryPath');
    return {
      json: {
        kind: 'compute#guestAttributes',
        selfLink: toLink(`${await nameOfInstance(call)}/getGuestAttributes/`),
        ...(variableKey === undefined ? {} : variableOf(values, variableKey)),
        ...(variableKey !== undefined && queryPath === undefined ? {} : queryOf(values, queryPath ?? '')),
      },
    };
  },
});

/** Returns the attributes of the instance; none where the feature is off. @throws {ApiError} 404 without the instance */
async function readValues(call: InstanceTarget): Promise<GuestAttributeValues> {
  const project = await projectOf(call);
  const found = await findInstance(call);
  if (found === undefined) throw missing(await nameOfInstance(call));
  if (!hasGuestAttributesEnabled(found.value.metadata, project.commonInstanceMetadata)) return {};
  return (await call.services.resources.guestAttributes.get(found.value))?.value ?? {};
}

function variableOf(values: GuestAttributeValues, variableKey: string) {
  const { namespace, key = '' } = splitPath(variableKey);
  const variableValue = findGuestAttribute(values, namespace, key);
  if (variableValue === undefined) throw nothingAt(variableKey);
  return { variableKey, variableValue };
}

function queryOf(values: GuestAttributeValues, queryPath: string) {
  const { namespace, key } = splitPath(queryPath);
  const items = entriesOf(values).filter(
    (entry) =>
      (namespace === '' || entry.namespace === namespace) && (key === undefined || entry.key === key),
  );
  if (items.length === 0) throw nothingAt(queryPath);
  return { queryPath, queryValue: { items } };
}

/** Splits `ns/`, `ns` and `ns/key`; a key holds no slash, so a longer path is found nowhere. */
function splitPath(path: string): { readonly namespace: string; readonly key?: string } {
  const slash = path.indexOf('/');
  if (slash < 0 || slash === path.length - 1) return { namespace: path.replace('/', '') };
  return { namespace: path.slice(0, slash), key: path.slice(slash + 1) };
}

/** All attributes, in the order of their names. */
function entriesOf(values: GuestAttributeValues): readonly GuestAttributeEntry[] {
  return Object.entries(values)
    .flatMap(([namespace, keys]) => Object.entries(keys).map(([key, value]) => ({ namespace, key, value })))
    .sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
}

function pathOf({ namespace, key }: GuestAttributeEntry): string {
  return `${namespace}/${key}`;
}

/** Also where the feature is off; gcloud matches the words (compute notes 5.11). */
function nothingAt(path: string): ApiError {
  return notFound(`The resource '${path}' of type 'Guest Attribute' was not found.`, { echoes: true });
}

import type { HttpRequest } from '../../http/message.ts';
import type { Services } from '../../http/services.ts';
import type { GuestAttributeProblem } from '../../protocol/metadata/guest-attributes.ts';
import { normalizePath } from '../../protocol/metadata/paths.ts';
import { type RefusalReason, type Refused, refuse } from '../../protocol/metadata/refusal.ts';
import type { InstanceView } from './instance-views.ts';
import { readBody } from './request-body.ts';

const DIRECTORY = '/computeMetadata/v1/instance/guest-attributes/';

const REASONS: Readonly<Record<GuestAttributeProblem, RefusalReason>> = {
  'bad-name': 'guest-attribute-name',
  'value-too-large': 'guest-attribute-too-large',
  'too-many-bytes': 'guest-attribute-too-large',
  'too-many-keys': 'guest-attribute-too-large',
  'no-instance': 'unavailable',
};

/**
 * Says whether a request writes where programs in an instance may write (metadata notes 2.4, 8.5).
 *
 * @param path - as in the request line
 */
export function isGuestAttributeWrite(
  { method }: HttpRequest,
  path: string,
  { profile }: InstanceView,
): boolean {
  const isWrite = method === 'PUT' || method === 'DELETE';
  return isWrite && profile === 'gce' && normalizePath(path)?.startsWith(DIRECTORY) === true;
}

/**
 * Writes or removes a guest attribute. Guess: a namespace alone, and what is deeper than a key, is 400; and so is what
 * is not UTF-8.
 *
 * @returns why it was refused; `undefined` where it was done
 */
export async function writeGuestAttribute(
  request: HttpRequest,
  path: string,
  { instance, metadata, settings }: InstanceView,
  { resources }: Services,
): Promise<Refused | undefined> {
  if (metadata.guestAttributes === undefined) return refuse('guest-attributes-disabled');
  const [namespace = '', key = '', ...deeper] = (normalizePath(path) ?? '')
    .slice(DIRECTORY.length)
    .split('/');
  if (deeper.length > 0) return refuse('guest-attribute-name');
  if (request.method === 'DELETE') {
    const wasThere = await resources.guestAttributes.delete(instance, namespace, key);
    return wasThere ? undefined : refuse('not-found');
  }
  const value = await readBody(request, settings.guestAttributeValueBytes);
  if (typeof value !== 'string')
    return refuse(value.problem === 'too-large' ? 'guest-attribute-too-large' : 'guest-attribute-not-text');
  const problem = await resources.guestAttributes.set(instance, namespace, key, value, settings);
  return problem === undefined ? undefined : refuse(REASONS[problem]);
}

import { object, optional, string } from '../kernel/decode.ts';
import type { OwnerClient, OwnerRequest } from './owner-client.ts';

const readNextPage = object({ nextPageToken: optional(string) }, 'ignore');

/**
 * Calls a list method until there are no more pages.
 *
 * @param itemsOf - finds the items in the answer of one page
 */
export async function collectPages<T>(
  owner: OwnerClient,
  request: OwnerRequest,
  itemsOf: (answer: unknown) => readonly T[],
): Promise<readonly T[]> {
  const items: T[] = [];
  let pageToken: string | undefined;
  do {
    const answer = await owner.call({ ...request, query: { ...request.query, pageToken } });
    items.push(...itemsOf(answer));
    pageToken = readNextPage(answer, '').nextPageToken;
  } while (pageToken !== undefined && pageToken !== '');
  return items;
}

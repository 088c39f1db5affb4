import { type Call, method } from '../../http/method.ts';
import { type AskedPage, pageOfQuery } from '../../http/paging.ts';
import type { Services } from '../../http/services.ts';
import { type Decoder, int32, optional, string } from '../../kernel/decode.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import { PROJECT_READ } from '../../protocol/iam/scopes.ts';
import { type FieldReader, matchesQuery, parseQuery } from '../../protocol/resource-manager/query.ts';
import { type Listing, renderPage } from './pages.ts';

/** A collection that callers search for what they may get. */
export interface Searched<T> {
  readonly listing: (services: Services) => Omit<Listing<T>, 'isWanted' | 'isVisible'>;
  /** Returns what queries read of a record, by field in lower case. */
  readonly fieldsOf: (value: T) => FieldReader;
  /** Whose holder may get a record. */
  readonly permission: string;
  readonly nameOf: (value: T) => ResourceName;
}

/** Where a search is, and what it searches. */
export interface Search<T> {
  readonly id: string;
  readonly http: string;
  readonly searched: Searched<T>;
}

/** A search whose query stands in the body, under a name that differs from API to API. */
export interface BodySearch<T, B extends AskedPage> extends Search<T> {
  readonly decode: Decoder<B>;
  readonly queryOf: (body: B) => string | undefined;
}

const OPEN_SEARCH = 'it shows what the caller may get';

/** The fields of a search's body that say which page is asked for. */
export const pageFields = { pageSize: optional(int32), pageToken: optional(string) };

/** Declares the search of v3, whose query stands in the address. */
export function searchByAddress<T>({ id, http, searched }: Search<T>) {
  return method({
    id,
    http,
    scopes: PROJECT_READ,
    open: OPEN_SEARCH,
    async handle(call) {
      const page = pageOfQuery(call.query);
      return { json: await renderSearch(call, searched, call.query.get('query'), page) };
    },
  });
}

/** Declares the search of a version before v3. */
export function searchByBody<T, B extends AskedPage>(search: BodySearch<T, B>) {
  const { id, http, searched, decode, queryOf } = search;
  return method({
    id,
    http,
    scopes: PROJECT_READ,
    open: OPEN_SEARCH,
    body: { kind: 'json', decode },
    async handle(call) {
      return { json: await renderSearch(call, searched, queryOf(call.body), call.body) };
    },
  });
}

/** Answers a page of what matches a query and the caller may get. */
function renderSearch<T>(
  { services, may }: Pick<Call<unknown, unknown>, 'services' | 'may'>,
  { listing, fieldsOf, permission, nameOf }: Searched<T>,
  query = '',
  page: AskedPage,
): Promise<Readonly<Record<string, unknown>>> {
  const asked = parseQuery(query);
  const isWanted = (value: T) => matchesQuery(asked, fieldsOf(value));
  const isVisible = (value: T) => may(permission, nameOf(value));
  const all = listing(services);
  return renderPage({ ...all, isWanted, isVisible }, page, `${all.field}:search`);
}

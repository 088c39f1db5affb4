import type { Query } from './method.ts';

/** Returns the query part of a request target, decoded; broken percent-encoding stays as it is. */
export function parseQuery(text: string): Query {
  const parameters = new URLSearchParams(text);
  return {
    get: (name) => parameters.get(name) ?? undefined,
    getAll: (name) => parameters.getAll(name),
  };
}

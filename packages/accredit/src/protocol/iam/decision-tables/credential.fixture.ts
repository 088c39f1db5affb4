/** What the tables of scopes share. */
import { expandScope } from '../scopes.ts';
import type { Case } from './row.fixture.ts';

/** A credential with the scopes that gcloud's aliases stand for. */
export const holds = (...aliases: readonly string[]): Case => ({
  held: aliases.flatMap((name) => expandScope(name) ?? [name]),
});
/** The whole of a scope's name. */
export const full = (name: string) => `https://www.googleapis.com/auth/${name}`;

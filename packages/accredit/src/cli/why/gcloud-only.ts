import { shellWord } from '../../kernel/shell-word.ts';
import type { NeededRole, Way } from './remedy-section.ts';

/**
 * Says how lines that only gcloud has are carried out in the local cloud; nothing where the CLI has lines of its own.
 *
 * @param data - how commands have to name the cloud: ` --data X`, or nothing
 */
export function describeGcloudOnly(ways: readonly Way[], data: string): readonly string[] {
  const alone = ways.filter(({ ours, gcloud }) => ours.length === 0 && gcloud.length > 0);
  if (alone.length === 0) return [];
  const needed = alone.flatMap(({ needs }) => (needs === undefined ? [] : [needs]));
  const isKnown = needed.length === alone.length;
  return [
    `Lines of gcloud alone run against this cloud from a file: ${isKnown ? describeRun(needed, data) : `accredit run${data} -- sh FILE`}\n`,
  ];
}

/** An id, and no number: that is what `accredit run` takes. */
const PROJECT = /^projects\/([a-z][^/]*)$/;

/** The roles of a run are given on its own project: those for anything else have to be there before. */
function describeRun(needed: readonly NeededRole[], data: string): string {
  const [resource = '', ...others] = new Set(needed.map((each) => each.resource));
  const projectId = others.length === 0 ? PROJECT.exec(resource)?.[1] : undefined;
  if (projectId === undefined) {
    const missing = new Set(needed.map(({ role, resource: where }) => `${role} on ${where}`));
    return `accredit run${data} -- sh FILE (its account needs ${[...missing].join(', ')})`;
  }
  const roles = new Set(needed.map(({ role }) => ` --role ${role}`));
  return `accredit run${data} --project ${shellWord(projectId)}${[...roles].join('')} -- sh FILE`;
}

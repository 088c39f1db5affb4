import { type Paint, renderFields, renderTable } from './output.ts';
import { asOneLine, countOf, type Recommendation, type RecommendedProposal } from './recommendation.ts';
import { shortenScope } from './scopes.ts';

/** Permissions that a role adds which are named; JSON has them all. */
const NAMED_LIMIT = 6;

/** Renders a recommendation for people: what was looked at, then for each principal and resource what it needs. */
export function renderRecommendation(recommendation: Recommendation, paint: Paint): string {
  const parts = [
    ...headLines(recommendation),
    ...recommendation.proposals.map((proposal) => renderProposal(proposal, paint)),
    recommendation.proposals.length === 0 ? 'No permission was used, so none is needed.\n' : '',
    renderScopes(recommendation),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function headLines({ source, calls, from, to, leftOut, refused }: Recommendation): readonly string[] {
  const where = source === 'recording' ? 'the recording' : 'the audit log';
  const span = from === undefined || to === undefined ? '' : `, ${from} to ${to}`;
  const refusedLine =
    `${countOf(refused, 'use')} of permissions ${refused === 1 ? 'was' : 'were'} refused; ` +
    '--include-refused counts them as needed.\n';
  return [
    `From ${where}: ${countOf(calls, 'call')}${span}.\n`,
    leftOut === 0 ? '' : `${countOf(leftOut, 'use')} left out: too many different ones to keep.\n`,
    refused === 0 ? '' : refusedLine,
  ];
}

function renderProposal(proposal: RecommendedProposal, paint: Paint): string {
  const { principal, resource, roles, permissions } = proposal;
  const rows = roles.map(({ role, covers, adds, addsAtGoogle }) => [
    role,
    String(covers.length),
    addsAtGoogle === 0 ? '0' : `${addsAtGoogle}${adds.length === 0 ? '' : `: ${shorten(adds)}`}`,
  ]);
  return [
    `${paint('bold', asOneLine(`${principal} on ${resource}`))}\n`,
    renderFields([
      ['Used', permissions.map(({ permission, count }) => `${permission} (${count})`).join(', ')],
      ...notesOf(proposal),
    ]),
    rows.length === 0 ? '' : indent(renderTable(['ROLE', 'COVERS', 'ADDS'], rows)),
  ].join('');
}

function notesOf({ inherited, uncovered, isSmallest, customRole }: RecommendedProposal) {
  const notes: (readonly [string, string])[] = [];
  if (inherited.length > 0) notes.push(['Through the project', inherited.join(', ')]);
  if (uncovered.length > 0) notes.push(['In no role', uncovered.join(', ')]);
  if (!isSmallest) notes.push(['Search', 'ended at its limit: a smaller set of roles may exist']);
  if (customRole !== undefined) {
    const unfit = customRole.unfit.length === 0 ? '' : `, without ${customRole.unfit.join(', ')}`;
    const size = countOf(customRole.permissions.length, 'permission');
    notes.push(['Custom role', `${customRole.role}: ${size}, adds 0${unfit}`]);
  }
  return notes;
}

function shorten(names: readonly string[]): string {
  const more = names.length - NAMED_LIMIT;
  return `${names.slice(0, NAMED_LIMIT).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function renderScopes({ scopes }: Recommendation): string {
  const rows = scopes
    .filter((needed) => needed.scopes.length > 0)
    .map((needed) => [asOneLine(needed.principal), needed.scopes.map(shortenScope).join(', ')]);
  return rows.length === 0 ? '' : renderTable(['PRINCIPAL', 'ACCESS SCOPES THAT SUFFICE'], rows);
}

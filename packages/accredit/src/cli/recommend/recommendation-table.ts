import type { RoleKind } from '../../protocol/iam/remedies/proposed-grants.ts';
import { asOneLine } from '../controls.ts';
import { shortenScope } from '../instances/scopes.ts';
import { type Paint, renderFields, renderTable } from '../output.ts';
import {
  countOf,
  denialLines,
  type Recommendation,
  type RecommendedProposal,
  reasonForNone,
} from './recommendation.ts';

/** Permissions that a role adds which are named; JSON has them all. */
const NAMED_LIMIT = 6;

/** What was asked for, as the table shows it. */
export interface TableView {
  readonly paint: Paint;
  readonly kind: RoleKind;
  /** Whether what was refused counts as needed. */
  readonly includesRefused: boolean;
}

/** Renders a recommendation for people: what was looked at, then for each principal and resource what it needs. */
export function renderRecommendation(recommendation: Recommendation, view: TableView): string {
  const parts = [
    ...headLines(recommendation, view),
    ...recommendation.proposals.map((proposal) => renderProposal(proposal, view)),
    recommendation.proposals.length === 0 ? 'No permission was used, so none is needed.\n' : '',
    renderScopes(recommendation),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function headLines(
  { source, calls, from, to, leftOut, refused }: Recommendation,
  { includesRefused }: TableView,
): readonly string[] {
  const where = source === 'recording' ? 'the recording' : 'the audit log';
  const span = from === undefined || to === undefined ? '' : `, ${from} to ${to}`;
  const refusedLine =
    `${countOf(refused, 'use')} of permissions ${refused === 1 ? 'was' : 'were'} refused; ` +
    (includesRefused ? 'they count as needed.\n' : '--include-refused counts them as needed.\n');
  return [
    `From ${where}: ${countOf(calls, 'call')}${span}.\n`,
    leftOut === 0 ? '' : `${countOf(leftOut, 'use')} left out: too many different ones to keep.\n`,
    refused === 0 ? '' : refusedLine,
  ];
}

function renderProposal(proposal: RecommendedProposal, { paint, kind }: TableView): string {
  const { principal, resource, permissions } = proposal;
  const rows = kind === 'custom' ? customRows(proposal) : predefinedRows(proposal);
  return [
    `${paint('bold', asOneLine(`${principal} on ${resource}`))}\n`,
    renderFields([
      ['Used', permissions.map(({ permission, count }) => `${permission} (${count})`).join(', ')],
      ...denialLines(proposal).map((line) => ['Denied by', asOneLine(line)] as const),
      ...(kind === 'custom' ? customNotes(proposal) : notesOf(proposal)),
    ]),
    rows.length === 0 ? '' : indent(renderTable(['ROLE', 'COVERS', 'ADDS'], rows)),
  ].join('');
}

function predefinedRows({ roles }: RecommendedProposal): readonly (readonly string[])[] {
  return roles.map(({ role, covers, adds, addsAtGoogle }) => [
    role,
    String(covers.length),
    addsAtGoogle === 0 ? '0' : `${addsAtGoogle}${adds.length === 0 ? '' : `: ${shorten(adds)}`}`,
  ]);
}

/** A custom role holds what was used, also what predefined roles of the project would give. */
function customRows({ customRole }: RecommendedProposal): readonly (readonly string[])[] {
  return customRole === undefined ? [] : [[customRole.role, String(customRole.permissions.length), '0']];
}

type Note = readonly [name: string, text: string];

function customNotes(proposal: RecommendedProposal): readonly Note[] {
  const { customRole } = proposal;
  if (customRole === undefined) return noneProposed(proposal);
  return customRole.unfit.length === 0 ? [] : [['In no custom role', customRole.unfit.join(', ')]];
}

function notesOf(proposal: RecommendedProposal): readonly Note[] {
  const { inherited, uncovered, isSmallest, customRole } = proposal;
  const notes: Note[] = [];
  if (inherited.length > 0) notes.push(['Through the project', inherited.join(', ')]);
  if (uncovered.length > 0) notes.push(['In no role', uncovered.join(', ')]);
  if (!isSmallest) notes.push(['Search', 'ended at its limit: a smaller set of roles may exist']);
  if (customRole === undefined) return [...notes, ...noneProposed(proposal)];
  const unfit = customRole.unfit.length === 0 ? '' : `, without ${customRole.unfit.join(', ')}`;
  const size = countOf(customRole.permissions.length, 'permission');
  return [...notes, ['Custom role', `${customRole.role}: ${size}, adds 0${unfit}`]];
}

function noneProposed(proposal: RecommendedProposal): readonly Note[] {
  const reason = reasonForNone(proposal);
  return reason === undefined ? [] : [['Custom role', asOneLine(reason)]];
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

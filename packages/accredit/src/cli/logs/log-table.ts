import { codeName } from '../../kernel/status.ts';
import { isDenied } from '../../observability/audit-query.ts';
import type { LogEntry } from '../../observability/log-entry.ts';
import { asOneLine } from '../controls.ts';
import type { Paint } from '../output.ts';

/** The columns of the table; the last one is as wide as it is. */
const HEADERS = ['TIME', 'RESULT', 'PRINCIPAL', 'METHOD', 'PERMISSION', 'RESOURCE'] as const;

/** Stands in place of a permission where the scopes refused a call that asked for none. */
const SCOPES_ALONE = '(scopes)';

const COLUMN_GAP = '  ';

/** Returns entries as lines of a table, each with its end. */
export type RenderLines = (entries: readonly LogEntry[]) => string;

/**
 * Makes what renders entries, some at a time; the headers come with the first ones, whose columns set the widths.
 *
 * @param paint - puts colours in, where they are wanted
 */
export function logTable(paint: Paint): RenderLines {
  let widths: readonly number[] | undefined;
  return (entries) => {
    const rows = entries.map(toCells);
    const isFirst = widths === undefined;
    widths ??= HEADERS.map((header, column) =>
      Math.max(header.length, ...rows.map((cells) => (cells[column] ?? '').length)),
    );
    const columns = widths;
    const lines = rows.map((cells, index) => {
      const entry = entries[index];
      const line = alignCells(cells, columns);
      return entry !== undefined && isDenied(entry.protoPayload) ? paint('red', line) : line;
    });
    return [...(isFirst ? [alignCells(HEADERS, columns)] : []), ...lines].map((line) => `${line}\n`).join('');
  };
}

function alignCells(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join(COLUMN_GAP)
    .trimEnd();
}

function toCells({ timestamp, protoPayload }: LogEntry): readonly string[] {
  const { authenticationInfo, authorizationInfo, methodName, resourceName, metadata } = protoPayload;
  // Of several permissions the one that was missing is what is looked for.
  const shown = authorizationInfo.find(({ granted }) => !granted) ?? authorizationInfo[0];
  return [
    timestamp,
    resultOf(protoPayload),
    authenticationInfo.principalEmail ?? authenticationInfo.principalSubject ?? 'allUsers',
    methodName,
    shown?.permission ?? (metadata.scopeDecision === undefined ? '-' : SCOPES_ALONE),
    shown?.resource ?? resourceName ?? '-',
  ].map(asOneLine);
}

/** What came of a call; in audit mode one that went through although it would be refused. */
function resultOf(payload: LogEntry['protoPayload']): string {
  const code = payload.status.code ?? 0;
  if (code !== 0) return codeName(code);
  return isDenied(payload) ? 'OK, would be denied' : 'OK';
}

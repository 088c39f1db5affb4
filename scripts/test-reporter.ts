/** What `npm test` prints: a line a file as it ends, each failure whole, each reason for a skip, and the sums. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/** Failures of a suite or a file that only say that something inside failed. */
const ONLY_SUMS = /subtests? failed$|^test failed$/;

/** Yields the text to print for the events of a test run. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skips = new Map<string, Set<string>>();
  for await (const { type, data } of events) {
    if (type === 'test:pass' && typeof data.skip === 'string') {
      const file = data.file ?? '';
      skips.set(file, (skips.get(file) ?? new Set()).add(data.skip));
    }
    if (type === 'test:fail') {
      const error = data.details.error;
      const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : error.message;
      if (ONLY_SUMS.test(error.message)) continue;
      yield `\n✖ ${data.name}\n  ${place(data.file)}:${data.line ?? 0}\n${indent(cause)}\n\n`;
    }
    if (type === 'test:stderr') yield data.message;
    if (type === 'test:summary') yield data.file === undefined ? renderSums(data) : renderFile(data, skips);
  }
}

type Summary = Extract<TestEvent, { readonly type: 'test:summary' }>['data'];

function renderFile(
  { file = '', success, counts, duration_ms: tookMs }: Summary,
  skips: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  const reasons = [...(skips.get(file) ?? [])].map((reason) => `    skipped: ${reason}\n`);
  const line = `${success ? '✔' : '✖'} ${place(file)}  ${counts.tests} tests, ${(tookMs / 1000).toFixed(1)} s\n`;
  return line + reasons.join('');
}

/** In the words of Node's own reporter, which tools that read test runs know. */
function renderSums({ counts, duration_ms: tookMs }: Summary): string {
  const { tests, passed, cancelled, skipped, todo } = counts;
  const failed = tests - passed - cancelled - skipped - todo;
  return (
    `\nℹ tests ${tests}\nℹ pass ${passed}\nℹ fail ${failed}\nℹ cancelled ${cancelled}\nℹ skipped ${skipped}\n` +
    `ℹ todo ${todo}\nℹ duration_ms ${tookMs}\n`
  );
}

function place(file: string | undefined): string {
  return relative(process.cwd(), file ?? '');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

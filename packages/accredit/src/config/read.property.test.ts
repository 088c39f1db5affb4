import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConfigurationError } from './problems.ts';
import { readConfiguration } from './read.ts';

const EXAMPLE = readFileSync(new URL('../../../../examples/accredit.yaml', import.meta.url), 'utf8');

/** Pieces that mean something in YAML. */
const PIECES = [
  '&a ',
  '*a',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|\n',
  '\n',
  '\t',
  '!!str ',
  '<<: *a',
  '? ',
  '#',
  '~',
];

const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 }));

/** The example with pieces put in, or in the place of some of it. */
const damaged = fc
  .array(fc.tuple(fc.nat(EXAMPLE.length), fc.nat(20), piece), { minLength: 1, maxLength: 4 })
  .map((damages) =>
    damages.reduce((text, [at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone), EXAMPLE),
  );

const anything = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

test('whatever a file holds, it is read, or refused with places that are in it', () => {
  fc.assert(
    fc.property(fc.oneof(damaged, anything), (text) => {
      try {
        readConfiguration(text, 'accredit.yaml', '/work');
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        assert.ok(error.problems.length > 0);
        const lines = text.split('\n');
        for (const { line, column, message } of error.problems) {
          assert.ok(line >= 1 && line <= lines.length, `line ${line} of ${lines.length}`);
          assert.ok(column >= 1 && column <= (lines[line - 1] ?? '').length + 1, `column ${column}`);
          assert.match(message, /^expected .*[.?]$/s);
        }
      }
    }),
    { seed: 20_261_123, numRuns: 300 },
  );
});

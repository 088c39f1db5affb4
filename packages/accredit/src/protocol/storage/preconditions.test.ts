import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ConditionOutcome,
  type Conditions,
  type ConditionTarget,
  evaluateConditions,
  evaluateHttpConditions,
  type HttpConditions,
} from './preconditions.ts';

const live: ConditionTarget = { generation: '17', metageneration: 3 };
const bucket: ConditionTarget = { metageneration: 3 };

const cases: readonly (readonly [string, ConditionTarget | undefined, Conditions, ConditionOutcome])[] = [
  ['no condition', live, {}, 'met'],
  ['no condition, no object', undefined, {}, 'met'],
  ['generation equal', live, { ifGenerationMatch: '17' }, 'met'],
  ['generation unequal', live, { ifGenerationMatch: '16' }, 'failed'],
  ['generation 0 with a live object', live, { ifGenerationMatch: '0' }, 'failed'],
  ['generation 0 with none', undefined, { ifGenerationMatch: '0' }, 'met'],
  ['another generation with none', undefined, { ifGenerationMatch: '17' }, 'failed'],
  ['not this generation, equal', live, { ifGenerationNotMatch: '17' }, 'notModified'],
  ['not this generation, unequal', live, { ifGenerationNotMatch: '16' }, 'met'],
  ['not generation 0 with a live object', live, { ifGenerationNotMatch: '0' }, 'met'],
  ['not generation 0 with none', undefined, { ifGenerationNotMatch: '0' }, 'notModified'],
  ['not another generation with none', undefined, { ifGenerationNotMatch: '16' }, 'notModified'],
  ['metageneration equal', live, { ifMetagenerationMatch: '3' }, 'met'],
  ['metageneration unequal', live, { ifMetagenerationMatch: '2' }, 'failed'],
  ['metageneration with no object', undefined, { ifMetagenerationMatch: '1' }, 'failed'],
  ['not this metageneration, equal', live, { ifMetagenerationNotMatch: '3' }, 'notModified'],
  ['not this metageneration, unequal', live, { ifMetagenerationNotMatch: '2' }, 'met'],
  ['not this metageneration, no object', undefined, { ifMetagenerationNotMatch: '1' }, 'met'],
  [
    'all hold',
    live,
    { ifGenerationMatch: '17', ifMetagenerationMatch: '3', ifGenerationNotMatch: '1' },
    'met',
  ],
  ['412 beats 304', live, { ifGenerationNotMatch: '17', ifMetagenerationMatch: '9' }, 'failed'],
  ['a bucket, equal', bucket, { ifMetagenerationMatch: '3' }, 'met'],
  ['a bucket, unequal', bucket, { ifMetagenerationMatch: '9' }, 'failed'],
  ['a bucket, not equal', bucket, { ifMetagenerationNotMatch: '3' }, 'notModified'],
];

for (const [name, target, conditions, outcome] of cases) {
  test(`conditions: ${name} is ${outcome} (storage notes 4.1)`, () => {
    assert.equal(evaluateConditions(conditions, target), outcome);
  });
}

const UPDATED_MS = Date.parse('2026-11-23T04:00:00.500Z');
const etags = ['CAE=', '5eb63bbbe01eeed093cb22bb8f5acdc3'];

const httpCases: readonly (readonly [HttpConditions, ConditionOutcome])[] = [
  [{}, 'met'],
  [{ ifMatch: 'CAE=' }, 'met'],
  [{ ifMatch: '"CAI="' }, 'failed'],
  [{ ifMatch: '*' }, 'met'],
  [{ ifNoneMatch: 'CAE=' }, 'notModified'],
  [{ ifNoneMatch: '"CAE="' }, 'notModified'],
  [{ ifNoneMatch: 'W/"5eb63bbbe01eeed093cb22bb8f5acdc3"' }, 'notModified'],
  [{ ifNoneMatch: '"a", "CAE="' }, 'notModified'],
  [{ ifNoneMatch: '*' }, 'notModified'],
  [{ ifNoneMatch: '"a"' }, 'met'],
  [{ ifMatch: 'x', ifNoneMatch: 'CAE=' }, 'failed'],
  [{ ifModifiedSince: 'Mon, 23 Nov 2026 04:00:00 GMT' }, 'notModified'],
  [{ ifModifiedSince: 'Mon, 23 Nov 2026 03:59:59 GMT' }, 'met'],
  [{ ifModifiedSince: 'yesterday' }, 'met'],
  [{ ifUnmodifiedSince: 'Mon, 23 Nov 2026 04:00:00 GMT' }, 'met'],
  [{ ifUnmodifiedSince: 'Mon, 23 Nov 2026 03:59:59 GMT' }, 'failed'],
  [{ ifUnmodifiedSince: 'tomorrow' }, 'met'],
  [{ ifNoneMatch: '"a"', ifModifiedSince: 'Mon, 23 Nov 2026 04:00:00 GMT' }, 'met'],
];

for (const [conditions, outcome] of httpCases) {
  test(`HTTP conditions ${JSON.stringify(conditions)} are ${outcome} (storage notes 4.2, 6.6)`, () => {
    assert.equal(evaluateHttpConditions(conditions, etags, UPDATED_MS), outcome);
  });
}

import type { ConditionContext } from './condition.ts';

/** A request on an object at Monday, 23 November 2026, 23:30:15.250 UTC, of a resource with a tag. */
export const CONTEXT: ConditionContext = {
  resource: {
    service: 'storage.googleapis.com',
    type: 'storage.googleapis.com/Object',
    name: 'projects/_/buckets/b/objects/reports/2026.csv',
  },
  timeMs: Date.UTC(2026, 10, 23, 23, 30, 15, 250),
  tags: [{ keyId: 'tagKeys/1', key: '123456789012/env', valueId: 'tagValues/2', value: 'prod' }],
  apiAttributes: {},
};

/** Expressions of every kind that may stand in a condition, for tests that need some that compile. */
export const SOUND_EXPRESSIONS: readonly string[] = [
  'true',
  '1 < 2',
  "resource.type == 'storage.googleapis.com/Object'",
  "resource.name.startsWith('projects/_/buckets/b') || resource.name.endsWith('.csv')",
  'resource.name.extract(\'buckets/{bucket}/\') == "b"',
  "resource.service in ['storage.googleapis.com', 'compute.googleapis.com']",
  "!(resource.matchTag('123456789012/env', 'prod') && resource.hasTagKeyId('tagKeys/1'))",
  "request.time < timestamp('2030-01-01T00:00:00Z') - duration('3600s')",
  "request.time.getHours('Europe/Berlin') >= 9 && request.time.getDayOfWeek('-03:00') <= 5",
  "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/browser'])",
  "api.getAttribute('storage.googleapis.com/objectListPrefix', '').startsWith('reports/')",
  "!compute.isForwardingRuleCreationOperation() || compute.matchLoadBalancingSchemes(['INTERNAL'])",
  '((true || false) && !(false)) != (1.5 <= 2e3)',
  'date("2026-11-23") <= request.time // a day',
  "[1, 2,] == [-1, 0x2] || 'a\\n\\x41\\u00e4' == r'\\n' || 3u > 2u",
];

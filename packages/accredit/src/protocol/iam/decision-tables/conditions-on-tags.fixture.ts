import { when } from './condition-case.fixture.ts';
import type { Table } from './row.fixture.ts';
import { ADA, CSV } from './world.fixture.ts';

const FALSE = 'condition false';

const TAGS = [
  { keyId: 'tagKeys/1', key: '900/env', valueId: 'tagValues/2', value: 'prod' },
  { keyId: 'tagKeys/3', key: 'shop/team', valueId: 'tagValues/4', value: 'blue' },
];

export const TAGGED: Table = {
  about: 'conditions on tags (IAM notes 1.4)',
  given: { caller: ADA, permission: 'storage.objects.get', resource: CSV, tags: TAGS },
  rows: [
    ['a value', when("resource.matchTag('900/env', 'prod')"), 'granted'],
    ['another value', when("resource.matchTag('900/env', 'test')"), FALSE],
    ['the key of another organization', when("resource.matchTag('901/env', 'prod')"), FALSE],
    ['a key without its namespace', when("resource.matchTag('env', 'prod')"), FALSE],
    ['a key of a project', when("resource.hasTagKey('shop/team')"), 'granted'],
    ['a key that it has not', when("resource.hasTagKey('shop/cost')"), FALSE],
    ['a key by its id', when("resource.hasTagKeyId('tagKeys/3')"), 'granted'],
    ['a value by its ids', when("resource.matchTagId('tagKeys/1', 'tagValues/2')"), 'granted'],
    ['the value of another key', when("resource.matchTagId('tagKeys/1', 'tagValues/4')"), FALSE],
    ['nothing without tags', when("resource.matchTag('900/env', 'prod')", { tags: [] }), FALSE],
    ['the lack of a tag', when("!resource.hasTagKey('900/env')", { tags: [] }), 'granted'],
    [
      'two at once',
      when("resource.matchTag('900/env', 'prod') && resource.matchTag('shop/team', 'blue')"),
      'granted',
    ],
  ],
};

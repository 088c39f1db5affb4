import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandPermissions } from './expand.ts';

const EXPANSIONS: Readonly<Record<string, readonly [notation: string, permissions: readonly string[]]>> = {
  'nothing stands for no permission': ['', []],
  'white space alone stands for no permission': ['\n  ', []],
  'a plain name stands for itself': ['storage.objects.get', ['storage.objects.get']],
  'a v2 name keeps its slash': [
    'iam.googleapis.com/workforcePools.{get,list}',
    ['iam.googleapis.com/workforcePools.get', 'iam.googleapis.com/workforcePools.list'],
  ],
  'a name may hold digits and underscores': [
    'networkservices.route_views.get  financialservices.v1instances.get',
    ['networkservices.route_views.get', 'financialservices.v1instances.get'],
  ],
  'several braces multiply, the left one slowest': [
    'storage.{buckets,objects}.{get,list}',
    ['storage.buckets.get', 'storage.buckets.list', 'storage.objects.get', 'storage.objects.list'],
  ],
  'braces may stand first and nest': [
    '{run.{jobs,services},pubsub.topics}.get',
    ['run.jobs.get', 'run.services.get', 'pubsub.topics.get'],
  ],
  'a brace may stand inside a word': ['compute.{get,set}s.use', ['compute.gets.use', 'compute.sets.use']],
  'white space is free beside commas and braces': [
    '\n storage.objects.{ get ,\n   list }\n storage.buckets.get ',
    ['storage.objects.get', 'storage.objects.list', 'storage.buckets.get'],
  ],
  'expressions may overlap': [
    'storage.objects.{get,list} storage.objects.{delete,get}',
    ['storage.objects.get', 'storage.objects.list', 'storage.objects.delete'],
  ],
};

for (const [behaviour, [notation, permissions]] of Object.entries(EXPANSIONS)) {
  test(behaviour, () => {
    assert.deepEqual([...expandPermissions(notation)], permissions);
  });
}

const NO_NAME = (name: string) => `'${name}' is not a permission; one reads 'service.resource.verb'.`;
const STUCK = (at: number, found: string) => `The permission notation cannot go on at ${at} with ${found}.`;

const REFUSALS: Readonly<Record<string, readonly [notation: string, message: string]>> = {
  'a brace that is not closed': ['storage.objects.{get,list', STUCK(25, 'the end')],
  'a brace that is not opened': ['storage.objects.get}', STUCK(19, "'}'")],
  'a comma outside braces': ['storage.objects.get,list', STUCK(19, "','")],
  'a comma with nothing before it': ['storage.objects.{,get}', STUCK(17, "','")],
  'a comma with nothing after it': ['storage.objects.{get,}', STUCK(21, "'}'")],
  'empty braces': ['storage.objects.{}', STUCK(17, "'}'")],
  'a missing comma': ['storage.objects.{get list}', STUCK(21, "'l'")],
  'braces around one thing': ['storage.objects.{get}', 'The braces at 16 name fewer than two alternatives.'],
  'the same thing twice in braces': [
    'storage.objects.{get,get}',
    'The braces at 16 name an alternative twice.',
  ],
  'the same thing twice through nested braces': [
    '{a.{b,c},a.c}.get',
    'The braces at 0 name an alternative twice.',
  ],
  'a wildcard': ['storage.objects.*', STUCK(16, "'*'")],
  'a role name': ['roles/storage.admin', NO_NAME('roles/storage.admin')],
  'a name of two parts': ['storage.objects', NO_NAME('storage.objects')],
  'a name of four parts': ['storage.objects.get.all', NO_NAME('storage.objects.get.all')],
  'an empty part': ['storage..{get,list}', NO_NAME('storage..get')],
  'a service in capitals': ['Storage.objects.get', NO_NAME('Storage.objects.get')],
  'a service of another domain': ['iam.example.com/pools.get', NO_NAME('iam.example.com/pools.get')],
};

for (const [input, [notation, message]] of Object.entries(REFUSALS)) {
  test(`${input} is refused`, () => {
    assert.throws(() => expandPermissions(notation), new SyntaxError(message));
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FilterFields, parseFilter } from './filter.ts';

const FIELDS: FilterFields = {
  name: 'text',
  zone: 'text',
  status: 'literal',
  description: 'text',
  'scheduling.automaticRestart': 'literal',
  labels: 'map',
};

const ZONE = 'https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-a';

const RESOURCES = [
  {
    name: 'vm1',
    zone: ZONE,
    status: 'RUNNING',
    scheduling: { automaticRestart: true },
    labels: { env: 'prod' },
  },
  { name: 'vm2', zone: ZONE, status: 'TERMINATED', scheduling: { automaticRestart: false } },
  { name: 'a-b', zone: ZONE, status: 'RUNNING', description: 'x y', labels: { env: '', 'my-team': 'core' } },
];

const reading: readonly (readonly [string, readonly string[]])[] = [
  ['', ['vm1', 'vm2', 'a-b']],
  ['name eq vm1', ['vm1']],
  ['name eq vm', []],
  ['name eq vm.*', ['vm1', 'vm2']],
  ['name ne .*1', ['vm2', 'a-b']],
  ["name eq 'vm1'", ['vm1']],
  ['name eq ".*\\bvm1\\b.*"', ['vm1']],
  ['name eq ".*\\ba\\-b\\b.*"', ['a-b']],
  ['name eq "a\\"b"', []],
  ['(status eq RUNNING)(name eq vm.*)', ['vm1']],
  ['(status eq RUNNING) (name ne x.*)', ['vm1', 'a-b']],
  ['(status eq RUNNING) AND (name ne x.*)', ['vm1', 'a-b']],
  ['(name eq ".*\\bvm1\\b.*")((status eq RUNNING)(zone eq ".*(us-central1-a\\b).*"))', ['vm1']],
  ['scheduling.automaticRestart eq true', ['vm1']],
  ['zone eq .*us-central1-a', ['vm1', 'vm2', 'a-b']],
  ['description eq x y', ['a-b']],
  ['description ne x y', ['vm1', 'vm2']],
  ['labels.env eq prod', ['vm1']],
  ['labels.my-team eq core', ['a-b']],
  ['name=vm1', ['vm1']],
  ['name = vm1', ['vm1']],
  ['name = "vm1"', ['vm1']],
  ['name=vm*', ['vm1', 'vm2']],
  ['name=*b', ['a-b']],
  ['name=*m*', ['vm1', 'vm2']],
  ['name=*', ['vm1', 'vm2', 'a-b']],
  ['status=RUNNING', ['vm1', 'a-b']],
  ['status=RUNN*', []],
  ['status != RUNNING', ['vm2']],
  ['name=vm1 AND status=RUNNING', ['vm1']],
  [`zone="${ZONE}" AND status="RUNNING"`, ['vm1', 'a-b']],
  [`zone=${ZONE}`, ['vm1', 'vm2', 'a-b']],
  ['(name = vm1) (status = RUNNING)', ['vm1']],
  ['(name = vm1) OR (name = vm2)', ['vm1', 'vm2']],
  ['(name = vm1) OR (name = a-b) AND (status = RUNNING)', ['vm1', 'a-b']],
  ['status = TERMINATED AND name = vm1 OR name = vm2', ['vm2']],
  ['NOT name = vm1', ['vm2', 'a-b']],
  ['-name=vm1', ['vm2', 'a-b']],
  ['-(name=vm1)', ['vm2', 'a-b']],
  ['labels.env:*', ['vm1', 'a-b']],
  ['labels.env=prod', ['vm1']],
  ['labels."my-team"=core', ['a-b']],
  ['description:*', ['a-b']],
  ['description != "x y"', ['vm1', 'vm2']],
];

for (const [filter, expected] of reading) {
  test(`the filter ${JSON.stringify(filter)} is read (compute notes 3.3)`, () => {
    const wanted = parseFilter(filter, FIELDS);
    assert.deepEqual(
      RESOURCES.filter(wanted).map(({ name }) => name),
      expected,
    );
  });
}

const refused = [
  'not-a-filter',
  'metadata.items.key=x',
  'tags.items[0] eq foo',
  'tags = x',
  'tags eq http',
  'networkInterfaces[0].network="URL"',
  'name eq *x*',
  'nothing = x',
  'nothing eq x',
  'labels eq x',
  'labels:*',
  'scheduling eq x',
  'constructor eq x',
  'name eq',
  'name =',
  '= vm1',
  '(name = vm1',
  'name = vm1)',
  '(name eq vm1',
  '(name eq vm1))',
  '(name eq vm1) x',
  '(name eq a)(name = b)',
  '(name = a)(name eq b)',
  'name = a name = b',
  'name = a AND',
  'OR name = a',
  'name > a',
  'name <= a',
  'name:a',
  'name ~ a',
  '()',
  `${'('.repeat(30)}name=a${')'.repeat(30)}`,
  `name=${'a'.repeat(5000)}`,
];

for (const filter of refused) {
  test(`the filter ${JSON.stringify(filter.slice(0, 50))} is refused, not ignored (compute notes 3.3)`, () => {
    const shown = filter.length > 1000 ? `${filter.slice(0, 1000)}...` : filter;
    assert.throws(() => parseFilter(filter, FIELDS), {
      message: `Invalid value for field 'filter': '${shown}'. Invalid list filter expression.`,
    });
  });
}

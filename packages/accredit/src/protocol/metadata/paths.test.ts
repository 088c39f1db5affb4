import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normalizePath } from './paths.ts';

const cases: readonly (readonly [raw: string, normalized: string | undefined])[] = [
  ['/', '/'],
  ['/computeMetadata/v1/', '/computeMetadata/v1/'],
  ['//computeMetadata//v1///project/project-id', '/computeMetadata/v1/project/project-id'],
  ['/computeMetadata/v1//', '/computeMetadata/v1/'],
  ['/a/./b', '/a/b'],
  ['/a/.', '/a/'],
  ['/a/b/../c', '/a/c'],
  ['/a/b/..', '/a/'],
  ['/a/..', '/'],
  ['/../../etc/passwd', '/etc/passwd'],
  ['/..', '/'],
  ['/.', '/'],
  ['/a/.b/..c/...', '/a/.b/..c/...'],
  ['/a%2Fb', undefined],
  ['/a%', undefined],
  ['', undefined],
  ['*', undefined],
  ['computeMetadata/v1/', undefined],
];

for (const [raw, normalized] of cases) {
  test(`the path '${raw}' is ${normalized ?? 'unknown'} (metadata notes 5.2.2 to 5.2.4)`, () => {
    assert.equal(normalizePath(raw), normalized);
  });
}

test('a normalised path has no empty or dot segment and is its own normal form (metadata notes 5.2.4)', () => {
  const segment = fc.constantFrom('', '.', '..', '...', 'a', '.b', 'c.');
  fc.assert(
    fc.property(fc.array(segment), (segments) => {
      const path = normalizePath(`/${segments.join('/')}`) ?? assert.fail('no percent sign, yet unknown');
      assert.match(path, /^\/(?:(?!\.{1,2}\/)[^/]+\/)*(?:(?!\.{1,2}$)[^/]+)?$/);
      assert.equal(normalizePath(path), path);
    }),
  );
});

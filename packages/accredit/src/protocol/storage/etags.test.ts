import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBucketEtag, toBucketEtag, toObjectEtag } from './etags.ts';

for (const [metageneration, etag] of [
  [1, 'CAE='],
  [2, 'CAI='],
  [3, 'CAM='],
  [127, 'CH8='],
  [128, 'CIAB'],
  [300, 'CKwC'],
] as const) {
  test(`the etag of a bucket at metageneration ${metageneration} is ${etag} (storage notes 1.1)`, () => {
    assert.equal(toBucketEtag(metageneration), etag);
    assert.equal(parseBucketEtag(etag), metageneration);
  });
}

test('an object etag is a protobuf of generation and metageneration (storage notes 1.2)', () => {
  assert.equal(toObjectEtag('1790696692171179', 1), 'CKuD84GRlJcDEAE=');
  assert.equal(toObjectEtag('1795406400123456', 1), 'CMDk04WanZgDEAE=');
  assert.equal(toObjectEtag('1795406400123456', 2), 'CMDk04WanZgDEAI=');
});

for (const etag of ['!!', 'ACAB', '', 'CAE', 'CAEQAQ==', 'Cg==', '////////////////']) {
  test(`'${etag}' as the etag of a bucket ${etag === 'CAE' ? 'counts without its padding' : 'is none'}`, () => {
    assert.equal(parseBucketEtag(etag), etag === 'CAE' ? 1 : undefined);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getHeapStatistics } from 'node:v8';
import { giveMemoryBack, LARGE_HEAP_BYTES } from './give-memory-back.ts';

/** Makes the heap larger than the limit, and leaves nothing of it in use. */
function growHeap(): void {
  const kept: number[][] = [];
  while (getHeapStatistics().total_heap_size <= 2 * LARGE_HEAP_BYTES) kept.push(Array(10_000).fill(0.5));
}

test('a heap that a start has made large is small again, one that is small is left alone', () => {
  growHeap();
  giveMemoryBack();
  const { total_heap_size: sizeBytes } = getHeapStatistics();
  assert.ok(sizeBytes < LARGE_HEAP_BYTES, `${sizeBytes} bytes`);
  const kept = Array(100_000).fill(0.5);
  const before = getHeapStatistics();
  giveMemoryBack();
  assert.ok(getHeapStatistics().used_heap_size >= before.used_heap_size, 'nothing was collected');
  assert.equal(kept.length, 100_000);
  assert.equal(globalThis.gc, undefined);
});

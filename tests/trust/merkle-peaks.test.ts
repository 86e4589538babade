// A tree that grows by its peaks alone is the tree of all its leaves.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import fc from 'fast-check';
import { countOf, growPeaks, type Peaks, rootOfPeaks } from '#core/trust/merkle-peaks.ts';
import { leafHash, rootOf, type Sha256 } from '#core/trust/merkle-tree.ts';
import { sha256 } from '#store/sha256.ts';

const leavesFrom = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => leafHash(`leaf ${from + index}`, sha256));
const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex');

test('however the leaves come, the root is that of all of them, and there is a peak for each bit of the size', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 12 }), (parts) => {
      let peaks: Peaks = [];
      let size = 0;
      for (const count of parts) {
        peaks = growPeaks({ peaks, size }, leavesFrom(size, count), sha256);
        size += count;
        assert.equal(hex(rootOfPeaks(peaks, sha256)), hex(rootOf(leavesFrom(0, size), sha256)));
        assert.equal(peaks.length, countOf(size));
      }
    }),
  );
});

test('a leaf behind a million costs the logarithm of them', () => {
  const size = 2 ** 20 - 1;
  const peaks = Array.from({ length: countOf(size) }, (_, index) => leafHash(`peak ${index}`, sha256));
  let hashes = 0;
  const counting: Sha256 = (data) => {
    hashes += 1;
    return sha256(data);
  };

  const grown = growPeaks({ peaks, size }, leavesFrom(size, 1), counting);
  rootOfPeaks(grown, counting);

  assert.deepEqual([grown.length, hashes], [1, 20]);
});

test('peaks of another size are refused', () => {
  assert.throws(() => growPeaks({ peaks: [], size: 3 }, [], sha256), RangeError);
});

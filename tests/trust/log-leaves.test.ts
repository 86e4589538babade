// Proofs of a log that grows are made from what is known of it, and are the same as from all of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { consistencyProof, inclusionProof, leafHash, rootOf, type Sha256 } from '#core/trust/merkle-tree.ts';
import { LogLeaves } from '#keeper/trust/log-leaves.ts';
import { sha256 } from '#store/sha256.ts';

const all = Array.from({ length: 300 }, (_, place) => leafHash(`entry ${place}`, sha256));

function logOf() {
  const read: [from: number, size: number][] = [];
  const leaves = new LogLeaves({
    async leaves(size, from = 0) {
      read.push([from, size]);
      return all.slice(from, size);
    },
  });
  return { leaves, read };
}

test('however it grows and whoever asks, proofs and roots are those of the whole tree', async () => {
  const { leaves } = logOf();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: all.length }), fc.nat(), fc.nat(), async (size, place, first) => {
      const some = all.slice(0, size);
      const entry = place % size;
      const before = (first % size) + 1;
      const { known } = leaves;

      const found = await leaves.first(size);

      assert.deepEqual(found, some);
      assert.deepEqual(rootOf(found, sha256, known), rootOf(some, sha256));
      assert.deepEqual(inclusionProof(found, entry, sha256, known), inclusionProof(some, entry, sha256));
      assert.deepEqual(consistencyProof(found, before, sha256, known), consistencyProof(some, before, sha256));
    }),
    { numRuns: 200 },
  );
});

test('a second proof reads nothing and hashes next to nothing; a log that grew is read from where it was', async () => {
  const { leaves, read } = logOf();
  let hashes = 0;
  const counting: Sha256 = (data) => {
    hashes += 1;
    return sha256(data);
  };
  const prove = async (size: number) => {
    hashes = 0;
    inclusionProof(await leaves.first(size), 7, counting, leaves.known);
    return hashes;
  };
  const atFirst = await prove(280);

  const again = await prove(280);
  const grown = await prove(290);

  assert.deepEqual(read, [
    [0, 280],
    [280, 290],
  ]);
  assert.ok(atFirst > 200, String(atFirst));
  assert.ok(again < 20 && grown < 40, `${again}, ${grown}`);
});

test('two that ask at once for what is not known yet leave it known once', async () => {
  const { leaves } = logOf();

  const [one, two] = await Promise.all([leaves.first(100), leaves.first(150)]);
  const three = await leaves.first(200);

  assert.deepEqual([one, two, three], [all.slice(0, 100), all.slice(0, 150), all.slice(0, 200)]);
});

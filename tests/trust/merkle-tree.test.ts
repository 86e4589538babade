// RFC 9162, 2.1: the vectors that Certificate Transparency publishes, then what must hold for every tree.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import fc from 'fast-check';
import {
  consistencyProof,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  rootOf,
} from '#core/trust/merkle-tree.ts';
import { sha256 } from '#store/sha256.ts';

const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const d23 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const d45 = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';
const d4567 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';
const d0123 = 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7';
const d67 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const d4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const d1 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';

const leaves = inputs.map((input) => leafHash(Buffer.from(input, 'hex'), sha256));
const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex');
const bytes = (hash: string) => Buffer.from(hash, 'hex');
const rootAt = (size: number) => bytes(roots[size] ?? '');

test('the published trees have the published roots', () => {
  const found = roots.map((_, size) => hex(rootOf(leaves.slice(0, size), sha256)));
  assert.deepEqual(found, roots);
  assert.equal(hex(leafHash('', sha256)), roots[1], 'a text is hashed as its bytes are');
});

test('the published proofs of inclusion are made, and hold', () => {
  const published: readonly (readonly [place: number, size: number, proof: readonly string[]])[] = [
    [0, 1, []],
    [0, 8, [d1, d23, d4567]],
    [5, 8, [d4, d67, d0123]],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  ];
  for (const [place, size, proof] of published) {
    const some = leaves.slice(0, size);
    assert.deepEqual(inclusionProof(some, place, sha256).map(hex), proof, `${place} of ${size}`);
    const leaf = leaves[place] ?? bytes('');
    assert.ok(isIncluded({ leaf, place, size, proof: proof.map(bytes), root: rootAt(size) }, sha256));
  }
});

test('the published proofs of consistency are made, and hold', () => {
  const published: readonly (readonly [first: number, second: number, proof: readonly string[]])[] = [
    [1, 1, []],
    [1, 8, [d1, d23, d4567]],
    [6, 8, [d45, d67, d0123]],
    [2, 5, [d23, d4]],
  ];
  for (const [first, second, proof] of published) {
    assert.deepEqual(consistencyProof(leaves.slice(0, second), first, sha256).map(hex), proof, `${first} to ${second}`);
    const claim = { first: { size: first, root: rootAt(first) }, second: { size: second, root: rootAt(second) } };
    assert.ok(isConsistent({ ...claim, proof: proof.map(bytes) }, sha256));
  }
});

const trees = fc
  .tuple(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat())
  .map(([size, a, b]) => ({ size, place: a % size, first: 1 + (b % size) }));

function treeOf(size: number): readonly Uint8Array[] {
  return Array.from({ length: size }, (_, index) => leafHash(`leaf ${index}`, sha256));
}

test('every leaf of every tree has a proof, which holds for nothing else', () => {
  fc.assert(
    fc.property(trees, fc.nat(), ({ size, place }, at) => {
      const tree = treeOf(size);
      const root = rootOf(tree, sha256);
      const proof = inclusionProof(tree, place, sha256);
      const claim = { leaf: tree[place] ?? root, place, size, proof, root };

      assert.ok(isIncluded(claim, sha256));
      assert.ok(!isIncluded({ ...claim, leaf: leafHash('another', sha256) }, sha256));
      assert.ok(!isIncluded({ ...claim, proof: [...proof, root] }, sha256));
      assert.ok(!isIncluded({ ...claim, place: size }, sha256));
      if (size > 1) assert.ok(!isIncluded({ ...claim, place: (place + 1) % size }, sha256));
      if (proof.length > 0) {
        const broken = proof.with(at % proof.length, leafHash('broken', sha256));
        assert.ok(!isIncluded({ ...claim, proof: broken }, sha256));
        assert.ok(!isIncluded({ ...claim, proof: proof.slice(1) }, sha256));
      }
    }),
  );
});

test('every beginning of every tree is proven to be one, and no other tree is', () => {
  fc.assert(
    fc.property(trees, ({ size, first }) => {
      const tree = treeOf(size);
      const second = { size, root: rootOf(tree, sha256) };
      const beginning = { size: first, root: rootOf(tree.slice(0, first), sha256) };
      const proof = consistencyProof(tree, first, sha256);
      const other = rootOf([...tree.slice(0, first - 1), leafHash('rewritten', sha256)], sha256);

      assert.ok(isConsistent({ first: beginning, second, proof }, sha256));
      assert.ok(!isConsistent({ first: { size: first, root: other }, second, proof }, sha256));
      assert.ok(!isConsistent({ first: beginning, second: { size, root: other }, proof }, sha256));
      assert.ok(!isConsistent({ first: beginning, second, proof: [...proof, other] }, sha256));
      if (first < size) assert.ok(!isConsistent({ first: second, second: beginning, proof }, sha256));
    }),
  );
});

import { Buffer } from 'node:buffer';

/**
 * Merkle trees as RFC 9162 (Certificate Transparency 2.0) has them, section 2.1: receipts are signed by the batch through
 * them, and the log of promises can only grow. The hash comes in as a value.
 */
export type Sha256 = (data: Uint8Array | string) => Uint8Array;

/** Leaves and nodes are hashed in different domains, so that a node cannot stand in for a leaf. */
export function leafHash(entry: Uint8Array | string, sha256: Sha256): Uint8Array {
  if (typeof entry === 'string') return sha256(`\0${entry}`);
  return sha256(Buffer.concat([leafMark, entry]));
}

/** Whole subtrees of a tree that only grows: their roots never change, whoever knows them needs not hash them again. */
export type KnownRoots = {
  find(from: number, size: number): Uint8Array | undefined;
  keep(from: number, size: number, root: Uint8Array): void;
};

export function rootOf(leaves: readonly Uint8Array[], sha256: Sha256, known?: KnownRoots): Uint8Array {
  if (leaves.length === 0) return sha256('');
  return rootOfRange(leaves, { from: 0, until: leaves.length }, { sha256, known });
}

/** What, beside the leaf itself, leads from it to the root: RFC 9162, 2.1.3.1. */
export function inclusionProof(
  leaves: readonly Uint8Array[],
  place: number,
  sha256: Sha256,
  known?: KnownRoots,
): readonly Uint8Array[] {
  if (!Number.isInteger(place) || place < 0 || place >= leaves.length) {
    throw new RangeError('a proof is made for a leaf of the tree');
  }
  const path: Uint8Array[] = [];
  let range = { from: 0, until: leaves.length };
  while (range.until - range.from > 1) {
    const middle = range.from + splitOf(range.until - range.from);
    const left = { from: range.from, until: middle };
    const right = { from: middle, until: range.until };
    const isLeft = place < middle;
    path.push(rootOfRange(leaves, isLeft ? right : left, { sha256, known }));
    range = isLeft ? left : right;
  }
  return path.reverse();
}

/** That the tree of the first `size` leaves is a beginning of this one: RFC 9162, 2.1.4.1. */
export function consistencyProof(
  leaves: readonly Uint8Array[],
  size: number,
  sha256: Sha256,
  known?: KnownRoots,
): readonly Uint8Array[] {
  if (!Number.isInteger(size) || size < 1 || size > leaves.length) {
    throw new RangeError('a tree is consistent with its own beginnings');
  }
  const path: Uint8Array[] = [];
  let range = { from: 0, until: leaves.length };
  let isWhole = true;
  while (range.until !== size) {
    const middle = range.from + splitOf(range.until - range.from);
    if (size <= middle) {
      path.push(rootOfRange(leaves, { from: middle, until: range.until }, { sha256, known }));
      range = { from: range.from, until: middle };
    } else {
      path.push(rootOfRange(leaves, { from: range.from, until: middle }, { sha256, known }));
      range = { from: middle, until: range.until };
      isWhole = false;
    }
  }
  if (!isWhole) path.push(rootOfRange(leaves, range, { sha256, known }));
  return path.reverse();
}

export type InclusionClaim = {
  readonly leaf: Uint8Array;
  readonly place: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
};

/** RFC 9162, 2.1.3.2. */
export function isIncluded({ leaf, place, size, proof, root }: InclusionClaim, sha256: Sha256): boolean {
  if (!isCount(size) || !isCount(place) || place >= size) return false;
  let first = place;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(first) || first === last) {
      hash = nodeHash(sibling, hash, sha256);
      while (!isOdd(first) && first !== 0) [first, last] = [half(first), half(last)];
    } else {
      hash = nodeHash(hash, sibling, sha256);
    }
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && isSame(hash, root);
}

export type ConsistencyClaim = {
  readonly first: { readonly size: number; readonly root: Uint8Array };
  readonly second: { readonly size: number; readonly root: Uint8Array };
  readonly proof: readonly Uint8Array[];
};

/** RFC 9162, 2.1.4.2. */
export function isConsistent({ first, second, proof }: ConsistencyClaim, sha256: Sha256): boolean {
  if (!isCount(first.size) || !isCount(second.size) || first.size < 1 || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && isSame(first.root, second.root);
  const path = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  let from = first.size - 1;
  let last = second.size - 1;
  while (isOdd(from)) [from, last] = [half(from), half(last)];
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let older = start;
  let newer = start;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(from) || from === last) {
      older = nodeHash(sibling, older, sha256);
      newer = nodeHash(sibling, newer, sha256);
      while (!isOdd(from) && from !== 0) [from, last] = [half(from), half(last)];
    } else {
      newer = nodeHash(newer, sibling, sha256);
    }
    [from, last] = [half(from), half(last)];
  }
  return last === 0 && isSame(older, first.root) && isSame(newer, second.root);
}

const leafMark = Buffer.of(0);
const hashBytes = 32;

export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256): Uint8Array {
  const node = Buffer.allocUnsafe(1 + left.byteLength + right.byteLength);
  node[0] = 1;
  node.set(left, 1);
  node.set(right, 1 + left.byteLength);
  return sha256(node);
}

type Range = { readonly from: number; readonly until: number };

type Hashing = { readonly sha256: Sha256; readonly known: KnownRoots | undefined };

function rootOfRange(leaves: readonly Uint8Array[], { from, until }: Range, hashing: Hashing): Uint8Array {
  const size = until - from;
  const leaf = leaves[from];
  if (leaf === undefined) throw new RangeError('a range of leaves holds one or more');
  if (size === 1) return leaf;
  const { known } = hashing;
  const split = splitOf(size);
  // Only what is whole stays what it is when the tree grows.
  const isWhole = split * 2 === size && from % size === 0;
  const found = isWhole ? known?.find(from, size) : undefined;
  if (found) return found;
  const middle = from + split;
  const left = rootOfRange(leaves, { from, until: middle }, hashing);
  const root = nodeHash(left, rootOfRange(leaves, { from: middle, until }, hashing), hashing.sha256);
  if (isWhole) known?.keep(from, size, root);
  return root;
}

/** The largest power of two below this. */
function splitOf(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

// By arithmetic: a tree's size may not fit into the 32 bits of JavaScript's shifts.
const half = (value: number): number => Math.floor(value / 2);
const isOdd = (value: number): boolean => value % 2 === 1;
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function isPowerOfTwo(value: number): boolean {
  return splitOf(value) * 2 === value || value === 1;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === hashBytes && b.byteLength === hashBytes && Buffer.compare(a, b) === 0;
}

import { nodeHash, type Sha256 } from './merkle-tree.ts';

/**
 * The roots of the whole subtrees that a tree is made of, the largest first: one for each bit of its size. They are all that is
 * needed to make it grow, so an append costs the logarithm of the size and not the size.
 */
export type Peaks = readonly Uint8Array[];

/** The peaks with these leaves behind those that there were. */
export function growPeaks(
  { peaks, size }: { readonly peaks: Peaks; readonly size: number },
  leaves: readonly Uint8Array[],
  sha256: Sha256,
): Peaks {
  if (peaks.length !== countOf(size)) throw new RangeError('a tree has a peak for each bit of its size');
  const grown = [...peaks];
  let place = size;
  for (const leaf of leaves) {
    let node = leaf;
    // As in an addition with carry: two of one height become one of the next.
    for (let bits = place; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      const left = grown.pop();
      if (left) node = nodeHash(left, node, sha256);
    }
    grown.push(node);
    place += 1;
  }
  return grown;
}

/** The same root that all the leaves have. */
export function rootOfPeaks(peaks: Peaks, sha256: Sha256): Uint8Array {
  const [last, ...larger] = peaks.toReversed();
  return last ? larger.reduce((root, peak) => nodeHash(peak, root, sha256), last) : sha256('');
}

/** How many peaks a tree of this size has. */
export function countOf(size: number): number {
  let count = 0;
  for (let bits = size; bits > 0; bits = Math.floor(bits / 2)) count += bits % 2;
  return count;
}

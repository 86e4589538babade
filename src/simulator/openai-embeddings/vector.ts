/** A text as a vector of length one: each of its words pushes some of the axes, always the same ones. */
export function toVector(text: string, dimensions: number): Float32Array {
  const sums = new Float64Array(dimensions);
  for (const word of text.toLowerCase().split(/\s+/)) {
    let state = hash(word);
    for (let push = 0; push < 4; push += 1) {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
      const axis = (state >>> 0) % dimensions;
      sums[axis] = (sums[axis] ?? 0) + ((state >>> 7) % 2 === 0 ? 1 : -1) / (push + 1);
    }
  }
  const length = Math.hypot(...sums);
  if (length === 0) sums[0] = 1;
  return Float32Array.from(sums, (sum) => sum / (length || 1));
}

/** FNV-1a. */
function hash(word: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) state = Math.imul(state ^ word.charCodeAt(at), 0x01000193);
  return state;
}

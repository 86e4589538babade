let salt = '';

/** Other splits and other mistakes than usual: `--seed WORD`. */
export function reseed(word: string): void {
  salt = word;
}

/** Numbers below 1 that are the same for the same seed. https://en.wikipedia.org/wiki/Xorshift */
export function seededRandom(seed: string): () => number {
  let state = 2_166_136_261;
  for (const letter of salt + seed) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  state = state === 0 ? 1 : state;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** The same bytes in pieces: mostly of a few bytes at first, so that marks and characters are cut; longer later. */
export function splitBytes(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const longest = random() < 0.5 ? 7 : 900;
    const end = Math.min(bytes.length, at + 1 + Math.floor(random() * longest));
    pieces.push(bytes.slice(at, end));
    at = end;
  }
  return pieces;
}

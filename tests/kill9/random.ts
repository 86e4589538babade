/** Small and seeded (mulberry32), so that a round that failed can be run again. */
export type Random = { from(min: number, max: number): number; one<Item>(items: readonly [Item, ...Item[]]): Item };

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    from: (min, max) => min + Math.floor(next() * (max - min + 1)),
    one: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}

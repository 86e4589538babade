/** What one person, and one network, may have in the queue of password hashes at once. */
const [personMax, networkMax] = [2, 16];

/** So that nobody fills the queue alone. Whoever has as many in it as may be is told to come again. */
export class HashTurns {
  readonly #taken = new Map<string, number>();

  /** Undefined: too many already; else what gives the place back. */
  take({ person, network }: { person: string; network: string | undefined }): (() => void) | undefined {
    const places = [
      { key: `person ${person}`, max: personMax },
      ...(network === undefined ? [] : [{ key: `network ${network}`, max: networkMax }]),
    ];
    if (places.some(({ key, max }) => (this.#taken.get(key) ?? 0) >= max)) return undefined;
    for (const { key } of places) this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
    return () => {
      for (const { key } of places) {
        const left = (this.#taken.get(key) ?? 1) - 1;
        if (left > 0) this.#taken.set(key, left);
        else this.#taken.delete(key);
      }
    };
  }
}

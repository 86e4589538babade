/** What the gateways say they hold for running generations, per wallet. For display only: leases are the truth. */
export class HeldBoard {
  readonly #byPeer = new Map<object, Map<string, bigint>>();

  /** A peer's last word about a wallet. */
  set(peer: object, wallet: string, amount: bigint): void {
    const held = this.#byPeer.get(peer) ?? new Map<string, bigint>();
    if (amount === 0n) held.delete(wallet);
    else held.set(wallet, amount);
    if (held.size === 0) this.#byPeer.delete(peer);
    else this.#byPeer.set(peer, held);
  }

  forget(peer: object): void {
    this.#byPeer.delete(peer);
  }

  of(wallet: string): bigint {
    let sum = 0n;
    for (const held of this.#byPeer.values()) sum += held.get(wallet) ?? 0n;
    return sum;
  }
}

import type { AddressLists } from '#core/privacy/address-lists.ts';

/**
 * Where a caller is: its network and, on the word of a proxy that the operator trusts, its country. Its address stays inside: it can
 * be held against the lists of a key, and goes over our own socket to the console, which holds it against those of a management key.
 */
export class CallerOrigin {
  readonly network: string;
  readonly country: string;
  readonly #address: string;

  constructor(address: string, { network, country }: { readonly network: string; readonly country: string }) {
    this.#address = address;
    this.network = network;
    this.country = country;
  }

  isIn(lists: AddressLists): boolean {
    return lists.have(this.#address);
  }

  /** For our own socket, and nothing else. */
  addressForConsole(): string {
    return this.#address;
  }
}

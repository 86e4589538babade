import { createHmac } from 'node:crypto';
import { windowAt } from '#core/allowance/window.ts';
import type { AccountStore } from '#store/store.ts';

/** Turns networks into hashes under a key that is made for each week and forgotten with it: then nothing joins two weeks. */
export class NetworkHashes {
  readonly #settings: Pick<AccountStore, 'claimSetting'>;
  readonly #randomBytes: (count: number) => Uint8Array;
  #known: { readonly week: string; readonly key: string } | undefined;

  constructor(settings: Pick<AccountStore, 'claimSetting'>, randomBytes: (count: number) => Uint8Array) {
    this.#settings = settings;
    this.#randomBytes = randomBytes;
  }

  async hashes(networks: readonly string[], now: number) {
    const { week, key } = await this.#keyOf(now);
    return {
      week,
      hashes: networks.map((network) => createHmac('sha256', key).update(network).digest('base64url').slice(0, 22)),
    };
  }

  async #keyOf(now: number): Promise<{ readonly week: string; readonly key: string }> {
    const week = windowAt('week', now).id;
    if (this.#known?.week === week) return this.#known;
    const made = Buffer.from(this.#randomBytes(32)).toString('hex');
    const key = await this.#settings.claimSetting(`network-key:${week}`, made, now);
    this.#known = { week, key };
    return this.#known;
  }
}

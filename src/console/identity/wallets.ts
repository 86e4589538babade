import { randomBytes } from 'node:crypto';
import { isSignedBy, walletMessage } from '#outgoing/chain/signed-message.ts';
import type { Site } from '../people/site.ts';
import type { Challenges } from './challenges.ts';

type WalletsOptions = { readonly challenges: Challenges; now(): number };

type Asking = { readonly address: string; readonly chainId: number; readonly site: Site };

/** What somebody says who signed, as it came. */
export type SignedMessage = { readonly message: string; readonly signature: string };

const livesMs = 600_000;
const statement = 'Sign in to Fairlead. This costs nothing and sends nothing.';

/**
 * Wallets that sign in (ERC-4361): we write the message, for this site's name, with a nonce of ours, and take back only that very
 * message, once. A wallet that is a contract has no key of its own and cannot.
 */
export class Wallets {
  readonly #options: WalletsOptions;

  constructor(options: WalletsOptions) {
    this.#options = options;
  }

  /** The message to sign; undefined where the address is none. */
  async begin({ address, chainId, site }: Asking): Promise<string | undefined> {
    const now = this.#options.now();
    const nonce = randomBytes(16).toString('hex');
    const message = walletMessage({
      ...{ domain: new URL(site.origin).host, uri: site.origin, address, chainId, nonce, statement },
      ...{ now: new Date(now), expires: new Date(now + livesMs) },
    });
    if (message !== undefined) await this.#options.challenges.give('wallet', nonce, message);
    return message;
  }

  /** Whose address signed, in lower case; undefined where it is not the message that we wrote for this site, or was used. */
  async signer(site: Site, { message, signature }: SignedMessage): Promise<string | undefined> {
    const [, nonce] = /^Nonce: ([0-9a-f]{32})$/m.exec(message) ?? [];
    const given = nonce === undefined ? undefined : await this.#options.challenges.take('wallet', nonce);
    if (given === undefined || given !== message) return undefined;
    // Its first lines are "HOST wants you to sign in with your Ethereum account:" and the address.
    const [first = '', address = ''] = message.split('\n');
    if (!first.startsWith(`${new URL(site.origin).host} `)) return undefined;
    return (await isSignedBy(address, message, signature)) ? address.toLowerCase() : undefined;
  }
}

// Messages that wallets sign (ERC-4361, ERC-191). Only what is computed: no socket is opened here.

import { createSiweMessage } from 'viem/siwe';
import { getAddress, isAddress, recoverMessageAddress } from 'viem/utils';

export type WalletAsk = {
  /** The site's host and address, which wallets show to who signs. */
  readonly domain: string;
  readonly uri: string;
  readonly address: string;
  readonly chainId: number;
  readonly nonce: string;
  readonly statement: string;
  readonly now: Date;
  readonly expires: Date;
};

/** The message to sign; undefined where the address is none. */
export function walletMessage({ address, now, expires, ...rest }: WalletAsk): string | undefined {
  if (!isAddress(address, { strict: false })) return undefined;
  return createSiweMessage({
    ...rest,
    address: getAddress(address),
    version: '1',
    issuedAt: now,
    expirationTime: expires,
  });
}

/** Whether the key of this address signed it. */
export async function isSignedBy(address: string, message: string, signature: string): Promise<boolean> {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return false;
  try {
    const signer = await recoverMessageAddress({ message, signature: signature as `0x${string}` });
    return signer.toLowerCase() === address.toLowerCase();
  } catch {
    // No point of the curve: nobody signed that.
    return false;
  }
}

import { askData } from '../api.ts';
import { text } from '../text/english.ts';
import { OwnFault } from './own-fault.ts';

/** What wallets put into a page (EIP-1193). */
type Provider = { request(ask: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown> };

function provider(): Provider | undefined {
  return (window as { readonly ethereum?: Provider }).ethereum;
}

export function hasWallet(): boolean {
  return provider() !== undefined;
}

/** Our message, signed by the wallet of whoever sits there. */
export async function signedByWallet(
  beginAt: string,
): Promise<{ readonly message: string; readonly signature: string }> {
  const wallet = provider();
  if (!wallet) throw new OwnFault(text.identity.noWallet);
  const request = (method: string, params: readonly unknown[] = []) =>
    wallet.request({ method, params }).catch(() => {
      throw new OwnFault(text.identity.walletSaidNo);
    });
  const accounts = await request('eth_requestAccounts');
  const address = Array.isArray(accounts) ? String(accounts[0]) : '';
  const chain = Number.parseInt(String(await request('eth_chainId')), 16);
  const { message } = await askData<{ readonly message: string }>(beginAt, {
    method: 'POST',
    body: { address, chain_id: chain },
  });
  const bytes = [...new TextEncoder().encode(message)].map((byte) => byte.toString(16).padStart(2, '0'));
  return { message, signature: String(await request('personal_sign', [`0x${bytes.join('')}`, address])) };
}

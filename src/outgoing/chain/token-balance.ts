// What an address has of a token (ERC-20), as a node of the chain says over JSON-RPC.
import { decodeFunctionResult, encodeFunctionData, parseAbi } from 'viem/utils';
import { guardedFetch } from '../guarded-fetch.ts';

export type TokenPlace = {
  /** A node's address, as the operator gave it. */
  readonly rpc: string;
  readonly chainId: number;
  readonly token: string;
};

const abi = parseAbi(['function balanceOf(address owner) view returns (uint256)']);

/** In the token's smallest units; undefined where the node does not answer, is of another chain, or says what is no balance. */
export async function tokenBalance(place: TokenPlace, address: string): Promise<bigint | undefined> {
  try {
    const chain = await ask(place.rpc, 'eth_chainId', []);
    if (typeof chain !== 'string' || Number.parseInt(chain, 16) !== place.chainId) return undefined;
    const data = encodeFunctionData({ abi, functionName: 'balanceOf', args: [hex(address)] });
    const result = await ask(place.rpc, 'eth_call', [{ to: hex(place.token), data }, 'latest']);
    // A place without a contract answers with nothing, which is no balance of nought.
    if (typeof result !== 'string' || !/^0x[0-9a-fA-F]{64}$/.test(result)) return undefined;
    return decodeFunctionResult({ abi, functionName: 'balanceOf', data: hex(result) });
  } catch {
    // Out of reach, or words that are no JSON: what was read last holds until it is too old.
    return undefined;
  }
}

async function ask(rpc: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const answer = await guardedFetch(rpc, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    isOperators: true,
  });
  // A foreign answer: whoever asked judges its result.
  return (JSON.parse(answer.text) as { readonly result?: unknown }).result;
}

function hex(text: string): `0x${string}` {
  return `0x${text.replace(/^0x/, '')}`;
}

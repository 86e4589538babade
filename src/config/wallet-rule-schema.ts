import { z } from 'zod';
import { parseDecimal } from '#core/money/nano.ts';
import { section, whole } from './schema-kinds.ts';

const address = z
  .string({ error: 'must be text' })
  .regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address: 0x and 40 digits');

/** A number that is read as a decimal, never as a float. */
function decimal(places: number, meaning: string) {
  return z
    .union([z.string(), z.number()], { error: 'must be a number such as 0.5' })
    .refine((written) => parseDecimal(String(written), places) !== undefined, {
      error: `must be a number with at most ${places} places`,
    })
    .describe(meaning);
}

/** `wallet_rule`: what a token is worth a day. */
export const walletRule = section({
  rpc: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://rpc.example.com' })
    .describe('A node of the chain that answers JSON-RPC. Best a reference, where it holds a key.'),
  chain_id: whole(1, 9_007_199_254_740_991).describe(
    "The chain's number, such as 8453; a node of another chain is not believed.",
  ),
  token: address.describe('The token (ERC-20).'),
  decimals: whole(0, 36).describe('Its places.').optional(),
  requests_per_token: decimal(6, 'Requests a day for each whole token.'),
  usd_per_token: decimal(9, 'Dollars a day for each whole token.'),
  requests_max: whole(0, 1_000_000_000).describe('Requests a day that no wallet gets more of.').optional(),
  usd_max: decimal(9, 'Dollars a day that no wallet gets more of.').optional(),
  refresh_minutes: whole(1, 1_440).describe('How often balances are read.').optional(),
  stale_hours: whole(1, 720)
    .describe('After how long a balance that could not be read again is worth nothing.')
    .optional(),
});

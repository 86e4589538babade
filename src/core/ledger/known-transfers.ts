import type { Nano } from '#core/money/nano.ts';
import { manualClearingAccount, revenueAccount, upstreamsPayableAccount, walletAccount } from './account.ts';
import { type Transfer, type TransferKind, transfer } from './transfer.ts';

/** Generations of one wallet: what the customer pays becomes revenue. */
export function walletCharge(wallet: string, amount: Nano): Transfer {
  return move('charge', { from: walletAccount(wallet), to: revenueAccount, amount });
}

/** Money that an operator says came in. */
export function walletCredit(wallet: string, amount: Nano): Transfer {
  return move('credit', { from: manualClearingAccount, to: walletAccount(wallet), amount });
}

/** What upstreams may ask for and no customer pays. */
export function upstreamLoss(lossAccount: `loss:${string}`, amount: Nano): Transfer {
  return move('loss', { from: lossAccount, to: upstreamsPayableAccount, amount });
}

function move(
  kind: TransferKind,
  { from, to, amount }: { readonly from: string; readonly to: string; readonly amount: Nano },
): Transfer {
  if (amount <= 0n) throw new Error('a transfer moves more than nothing');
  return transfer(kind, [
    { account: from, currency: 'USD', amount: -amount },
    { account: to, currency: 'USD', amount },
  ]);
}

import type { Nano } from '#core/money/nano.ts';
import {
  holdAccount,
  manualClearingAccount,
  payableAccount,
  promoAccount,
  refundAccount,
  revenueAccount,
  stripeClearingAccount,
  upstreamsPayableAccount,
  walletAccount,
} from './account.ts';
import { type Entry, type Transfer, type TransferKind, transfer } from './transfer.ts';

/**
 * To whom a charge goes. `cost` is what is owed to `payee`; the rest is ours. Nobody is owed anything, and all of it is
 * revenue, where no payee is named: our own hosts, and a fee alone (a caller's own provider key).
 */
export type Share = { readonly amount: Nano; readonly cost: Nano; readonly payee: string | undefined };

/** Generations of one wallet: what the customer pays is split between who answered and us. */
export function walletCharge(wallet: string, shares: readonly Share[]): Transfer {
  return split('charge', walletAccount(wallet), shares);
}

/** What ends later is set aside, pays what it used from there, and gives back the rest. */
export function holdTransfer(wallet: string, operation: string, amount: Nano): Transfer {
  return move('hold', { from: walletAccount(wallet), to: holdAccount(operation), amount });
}

export function heldCharge(operation: string, shares: readonly Share[]): Transfer {
  return split('charge', holdAccount(operation), shares);
}

export function releaseTransfer(wallet: string, operation: string, amount: Nano): Transfer {
  return move('release', { from: holdAccount(operation), to: walletAccount(wallet), amount });
}

/** What a loss account bears for the customer, split in the same way. */
export function lossOfShares(lossAccount: `loss:${string}`, shares: readonly Share[]): Transfer {
  return split('loss', lossAccount, shares);
}

/** What upstreams may ask for, nobody knows which one, and no customer pays. */
export function upstreamLoss(lossAccount: `loss:${string}`, amount: Nano): Transfer {
  return move('loss', { from: lossAccount, to: upstreamsPayableAccount, amount });
}

/** Money that an operator says came in. */
export function walletCredit(wallet: string, amount: Nano): Transfer {
  return move('credit', { from: manualClearingAccount, to: walletAccount(wallet), amount });
}

/** A part of what a generation cost goes back to its wallet: we bear it, whoever answered is still owed. */
export function generationRefund(wallet: string, amount: Nano): Transfer {
  return move('refund', { from: refundAccount, to: walletAccount(wallet), amount });
}

/** Money that a payment provider took for us, or gave again after a dispute. */
export function paymentCredit(wallet: string, amount: Nano, kind: 'credit' | 'dispute' = 'credit'): Transfer {
  return move(kind, { from: stripeClearingAccount, to: walletAccount(wallet), amount });
}

/** What goes back over the payment provider. */
export function paymentBack(kind: 'refund' | 'dispute', wallet: string, amount: Nano): Transfer {
  return move(kind, { from: walletAccount(wallet), to: stripeClearingAccount, amount });
}

/** The same of a payment whose wallet is gone: it lies in the clearing of what is settled by hand, until it goes back. */
export function latePayment(kind: 'credit' | 'dispute', amount: Nano): Transfer {
  return move(kind, { from: stripeClearingAccount, to: manualClearingAccount, amount });
}

export function latePaymentBack(kind: 'refund' | 'dispute', amount: Nano): Transfer {
  return move(kind, { from: manualClearingAccount, to: stripeClearingAccount, amount });
}

/** Credit that is given away, and what of it was not used in time. */
export function promoCredit(wallet: string, amount: Nano): Transfer {
  return move('credit', { from: promoAccount, to: walletAccount(wallet), amount });
}

export function promoExpiry(wallet: string, amount: Nano): Transfer {
  return move('expiry', { from: walletAccount(wallet), to: promoAccount, amount });
}

/** What is left when a wallet is closed, and was paid for: its operator pays it back, by hand or over the payment provider. */
export function closingRefund(wallet: string, amount: Nano): Transfer {
  return move('payout', { from: walletAccount(wallet), to: manualClearingAccount, amount });
}

/** The same where the rule says that it is forfeited. */
export function closingForfeit(wallet: string, amount: Nano): Transfer {
  return move('expiry', { from: walletAccount(wallet), to: revenueAccount, amount });
}

/** What two people decided: above zero the wallet gets it from the other account. */
export function adjustment(wallet: string, other: string, amount: Nano): Transfer {
  const [own, sides] = [walletAccount(wallet), amount < 0n ? -amount : amount];
  return move(
    'adjustment',
    amount < 0n ? { from: own, to: other, amount: sides } : { from: other, to: own, amount: sides },
  );
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

function split(kind: TransferKind, from: string, shares: readonly Share[]): Transfer {
  const credits = new Map<string, Nano>();
  let total = 0n;
  for (const { amount, cost, payee } of shares) {
    if (amount <= 0n) throw new Error('a transfer moves more than nothing');
    if (cost < 0n || cost > amount || (payee === undefined && cost > 0n))
      throw new Error('a cost is a part of its charge');
    total += amount;
    if (payee !== undefined) add(credits, payableAccount(payee), cost);
    add(credits, revenueAccount, amount - cost);
  }
  const entries: Entry[] = [{ account: from, currency: 'USD', amount: -total }];
  for (const [account, amount] of credits) if (amount > 0n) entries.push({ account, currency: 'USD', amount });
  return transfer(kind, entries);
}

function add(sums: Map<string, Nano>, account: string, amount: Nano): void {
  sums.set(account, (sums.get(account) ?? 0n) + amount);
}

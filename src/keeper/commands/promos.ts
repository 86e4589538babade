import { createHmac } from 'node:crypto';
import { kindOfAccount } from '#core/ledger/account.ts';
import { formatUsd, type Nano, parseUsd } from '#core/money/nano.ts';
import type { AdjustmentRow } from '#store/payment-store.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace, operatorWorkspace } from './find-workspace.ts';
import { showWallet } from './wallet-show.ts';

const codesMax = 1_000;
const yearMs = 365 * 86_400_000;
/** No letter that looks like another one. */
const letters = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const codeLetters = 20;

/** Credit that is given away and ends: what was not used by then goes back. */
export async function grantPromo(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const amount = needUsd(args, 'how much to give');
  const expiresAt = args.optionalInstant('expires', 'when it ends');
  if (expiresAt === undefined || expiresAt <= context.now())
    throw new Refused('Say when it ends, as in --expires 2027-01-31.');
  const { id: workspace, name } = await findWorkspace(context, args);
  await context.store.promos.grant({ workspace, amount, expiresAt, source: 'operator', now: context.now() });
  return { workspace, workspace_name: name, ...(await showWallet(context, given)) };
}

export async function listPromos(context: CommandContext, given: unknown) {
  const { id } = await findWorkspace(context, new Arguments(given));
  return (await context.store.promos.promos(id)).map(
    ({ id: promo, amount, used, returned, expiresAt, source, endedAt }) => ({
      id: promo,
      amount_usd: formatUsd(amount),
      used_usd: formatUsd(used),
      returned_usd: formatUsd(returned),
      expires_at: new Date(expiresAt).toISOString(),
      source,
      ended: endedAt !== null,
    }),
  );
}

/** Codes are shown this once: only keyed hashes of them are kept. */
export async function createCodes(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const amount = needUsd(args, 'what a code is worth');
  const count = args.optionalCount('count', 'how many codes') ?? 1;
  if (count < 1 || count > codesMax) throw new Refused(`Say how many codes, from 1 to ${codesMax}.`);
  const promoDays = args.optionalCount('days', 'for how many days the credit lasts') ?? null;
  const now = context.now();
  const expiresAt = args.optionalInstant('expires', 'until when codes can be used') ?? now + yearMs;
  const codes = Array.from({ length: count }, () => makeCode(context));
  await context.store.promos.addCodes(
    codes.map((code) => ({ hash: hashOf(context, code), amount, promoDays, expiresAt, now })),
  );
  return codes.map((code) => ({ code, usd: formatUsd(amount), expires_at: new Date(expiresAt).toISOString() }));
}

export async function redeemCode(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const code = args
    .text('code', 'the code', 60)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');
  const { id: workspace } = await findWorkspace(context, args);
  const redeemed = await context.store.promos.redeem({ hash: hashOf(context, code), workspace, now: context.now() });
  if (!redeemed) throw new Refused('This code is unknown, or it was used, or its time is over.');
  return {
    amount_usd: formatUsd(redeemed.amount),
    expires_at: redeemed.expiresAt === null ? null : new Date(redeemed.expiresAt).toISOString(),
  };
}

/** Moves nothing until the holder of another management key of the operator's says yes. */
export async function proposeAdjustment(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const by = await operatorOf(context, args);
  const { id: workspace } = await findWorkspace(context, args);
  const said = args.text('usd', 'how much, as in -5.00', 30);
  const absolute = parseUsd(said.replace(/^-/, ''));
  if (absolute === undefined || absolute === 0n) throw new Refused('Say how much, as in 5.00 or -5.00.');
  const other = args.optionalText('account', 'the other account', 80) ?? 'expense:adjustment';
  const kind = kindOfAccount(other);
  if (kind === undefined || kind === 'wallet' || kind === 'loss') {
    throw new Refused('Say an account such as expense:adjustment, revenue or clearing:manual; a wallet is none.');
  }
  const amount = said.startsWith('-') ? -absolute : absolute;
  const reason = wordOf(args);
  return toJson(await context.store.promos.propose({ workspace, other, amount, reason, by, now: context.now() }));
}

export async function confirmAdjustment(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const by = await operatorOf(context, args);
  const id = args.text('id', "the adjustment's id");
  const result = await context.store.promos.confirm({ id, by, now: context.now() });
  switch (result.kind) {
    case 'unknown':
      throw new Refused(`There is no adjustment "${id}".`);
    case 'same-person':
      throw new Refused('Who proposed an adjustment cannot confirm it: it takes the key of somebody else.');
    case 'done':
      throw new Refused('It was confirmed before.');
    case 'too-much':
      throw new Refused('The wallet has less than that free just now.');
    case 'confirmed':
      return toJson(result.adjustment);
  }
}

export async function listAdjustments({ store }: CommandContext) {
  return (await store.promos.adjustments()).map(toJson);
}

/** The management key itself says who it is. */
async function operatorOf({ store, pepper, now }: CommandContext, args: Arguments): Promise<string> {
  const key = args.text('key', 'your management key', 300);
  const hash = createHmac('sha256', pepper).update(key).digest('hex');
  const { found } = await store.accounts.callerByHash(hash, now());
  const operators = await operatorWorkspace(store.accounts);
  if (found.state !== 'known' || found.role !== 'management' || found.workspace !== operators?.id) {
    throw new Refused("Only a management key of the operator's workspace may do that.");
  }
  return found.key;
}

function needUsd(args: Arguments, what: string): Nano {
  const amount = args.optionalUsd('usd', what);
  if (amount === undefined || amount === 0n) throw new Refused(`Say ${what}, as in --usd 5.00.`);
  return amount;
}

function wordOf(args: Arguments): string {
  const reason = args.text('reason', 'why, as one word', 40);
  if (/^[a-z][a-z0-9-]{0,39}$/.test(reason)) return reason;
  throw new Refused('Say why in one word of lower-case letters, digits and "-": the books are never erased.');
}

function makeCode({ randomBytes }: CommandContext): string {
  let code = '';
  while (code.length < codeLetters) {
    // 240 is the largest multiple of 30: above it letters would not be equally likely.
    for (const byte of randomBytes(32)) if (byte < 240 && code.length < codeLetters) code += letters[byte % 30];
  }
  return code.replace(/(.{5})(?=.)/g, '$1-');
}

function hashOf({ pepper }: CommandContext, code: string): string {
  return createHmac('sha256', pepper)
    .update(`redeem ${code.replaceAll('-', '')}`)
    .digest('hex');
}

function toJson({ id, workspace, other, amount, reason, by, proposedAt, confirmedBy }: AdjustmentRow) {
  return {
    ...{ id, workspace, account: other, reason },
    usd: formatUsd(amount),
    proposed_by: by,
    proposed_at: new Date(proposedAt).toISOString(),
    confirmed_by: confirmedBy,
  };
}

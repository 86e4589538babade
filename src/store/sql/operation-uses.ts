import { type Window, windowAt } from '#core/allowance/window.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewOperation, OperationOpened, OperationRow } from '../operation-store.ts';
import { announce } from './change-store.ts';
import { amount, text, whole, word } from './read-row.ts';
import { must, Overtaken, type Sql } from './sql.ts';
import { warnOfSpent } from './warning-rows.ts';
import { findAllowances, inOrder, lockWindow, openWindow, type WindowId } from './window-rows.ts';

// What ends long after its request cannot hold from leases: of the limits beside its wallet it takes at once what it may use
// at most, as if that were spent, and gives back at its end what it did not use. It belongs to the window in which it began.

type Taking = { readonly wallet: string; readonly set: Nano; readonly operation: NewOperation };

type Taken = {
  readonly at: WindowId;
  readonly need: bigint;
  readonly window: Window;
  readonly limit: bigint;
};

/** Locks the wallet's window and those of the limits, in the order in which everybody does. Undefined: all can give it. */
export async function takeOfLimits(
  sql: Sql,
  { wallet, set, operation }: Taking,
): Promise<Extract<OperationOpened, { kind: 'short' }> | undefined> {
  const { uses, items, now } = operation;
  const wants = [
    { allowance: wallet, need: set },
    ...uses.map(({ allowance, unit }) => ({ allowance, need: unit === 'requests' ? BigInt(items) : set })),
  ];
  const found = await findAllowances(
    sql,
    wants.map(({ allowance }) => allowance),
  );
  const taken = wants.map(({ allowance, need }): Taken => {
    const row = found.get(allowance);
    // A limit that was taken away meanwhile: who asks again is asked for what there is then.
    if (!row) throw new Overtaken('a limit is gone');
    const window = windowAt(row.window, now, row.zone);
    return { at: { allowance, window: window.id }, need, window, limit: row.limit };
  });
  const ordered = taken.toSorted((a, b) => inOrder(a.at, b.at));
  for (const { at, limit } of ordered) await openWindow(sql, at, limit);
  for (const { at, need, window } of ordered) {
    const row = await lockWindow(sql, at);
    if (!row) throw new Overtaken('a window is gone');
    const free = row.limit - row.spent - row.leased;
    if (free >= need) continue;
    // Gateways give back what they do not need of it; whoever asked asks again.
    await announce(sql, 'recall', `${at.allowance} ${at.window}`, now);
    return { kind: 'short', allowance: at.allowance, free: free > 0n ? free : 0n, resetsAt: window.endsAt };
  }
  const beside = ordered.filter(({ at }) => at.allowance !== wallet);
  for (const { at, need } of beside) {
    const changes = await sql.run(
      `update allowance_window set spent = spent + :need
       where allowance = :allowance and "window" = :window and "limit" - spent - leased >= :need`,
      { ...at, need },
    );
    must(changes, 'an operation takes more than is free');
  }
  await warnOfSpent(
    sql,
    beside.map(({ at }) => at),
    now,
  );
  return undefined;
}

/** Which windows it took from. */
export async function addUses(sql: Sql, { id, amount: set, items, uses, now }: NewOperation): Promise<void> {
  if (uses.length === 0) return;
  const found = await findAllowances(
    sql,
    uses.map(({ allowance }) => allowance),
  );
  const rows = uses.flatMap(({ allowance, unit }) => {
    const row = found.get(allowance);
    if (!row) return [];
    const window = windowAt(row.window, now, row.zone).id;
    return [{ operation: id, allowance, window, amount: unit === 'requests' ? BigInt(items) : set }];
  });
  await sql.insert({ table: 'operation_use', columns: ['operation', 'allowance', 'window', 'amount'] }, rows);
}

/** What was not charged, and requests that came to nothing. A window that is over may be gone: nobody needs it back. */
export async function giveBackUses(
  sql: Sql,
  { operation, charged }: { readonly operation: OperationRow; readonly charged: Nano },
): Promise<void> {
  const rows = await sql.all(
    `select operation_use.allowance, operation_use."window", operation_use.amount, allowance.unit
     from operation_use join allowance on allowance.id = operation_use.allowance
     where operation_use.operation = :id order by operation_use.allowance, operation_use."window"`,
    { id: operation.id },
  );
  if (rows.length === 0) return;
  const settled = await sql.one('select count(*) as items from settlement where operation = :id', { id: operation.id });
  const requests = BigInt(whole(settled ?? {}, 'items'));
  for (const row of rows) {
    const used = word(row, 'unit', ['nano-usd', 'requests']) === 'requests' ? requests : charged;
    const back = amount(row, 'amount') - used;
    if (back <= 0n) continue;
    const at = { allowance: text(row, 'allowance'), window: text(row, 'window') };
    await sql.run(
      `update allowance_window set spent = spent - :back
       where allowance = :allowance and "window" = :window and spent >= :back`,
      { ...at, back },
    );
  }
}

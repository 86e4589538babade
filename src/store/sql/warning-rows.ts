import type { LimitWarning, WarningStore } from '../limit-warnings.ts';
import { amount, text, textOrNull, whole, word } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';
import type { WindowId } from './window-rows.ts';

const rowsMax = 1_000;

export function makeWarningStore(db: Database): WarningStore {
  return {
    look: (allowance, now) => look(db, allowance, now),
    untold: () => db.transaction(takeUntold),
    of: (workspace) => warningsOf(db, workspace),
    async forget(before) {
      await db.run('delete from allowance_warning where at < :before', { before });
    },
  };
}

/**
 * A level is reached when no more than the rest of a hundred is left: of ten requests eight, and all of them. Hundreds and what
 * is beyond them are multiplied apart, since a limit may be as large as a number gets.
 */
const reached = (used: string) => {
  const rest = '(100 - levels.level)';
  return `${used} >= allowance_window."limit" - (allowance_window."limit" / 100 * ${rest})
      - (allowance_window."limit" % 100) * ${rest} / 100`;
};

/** An end user's limits, and what runs at once, are told to nobody: they are many, and soon over. */
const insert = (used: string) => `insert into allowance_warning (allowance, "window", level, at, used, "limit")
  select allowance_window.allowance, allowance_window."window", levels.level, :now, ${used}, allowance_window."limit"
  from allowance_window
  join allowance on allowance.id = allowance_window.allowance
  join (select 80 as level union all select 95 as level) as levels on 1 = 1
  where allowance_window.allowance in (:allowances*) and allowance_window."window" in (:windows*)
    and allowance.rule is null and allowance.counts = 'spent' and allowance_window."limit" > 0
    and ${reached(used)}
  on conflict (allowance, "window", level) do nothing`;

/** In the transaction that spends. */
export async function warnOfSpent(sql: Sql, windows: readonly WindowId[], now: number): Promise<void> {
  if (windows.length === 0) return;
  const allowances = [...new Set(windows.map(({ allowance }) => allowance))];
  await sql.run(insert('allowance_window.spent'), {
    allowances,
    windows: [...new Set(windows.map(({ window }) => window))],
    now,
  });
}

async function look(db: Database, allowance: string, now: number): Promise<void> {
  const row = await db.one(
    `select "window" from allowance_window where allowance = :allowance order by "window" desc limit 1`,
    { allowance },
  );
  if (!row) return;
  const windows = [text(row, 'window')];
  await db.run(insert('(allowance_window.spent + allowance_window.leased)'), {
    allowances: [allowance],
    windows,
    now,
  });
}

/** A limit that was raised is far from its end again: should it come near once more, that is told once more. */
export async function takeBackWarnings(sql: Sql, allowance: string): Promise<void> {
  await sql.run(
    `delete from allowance_warning where allowance = :allowance and exists (
       select 1 from allowance_window where allowance_window.allowance = allowance_warning.allowance
         and allowance_window."window" = allowance_warning."window"
         and not (${reached('allowance_window.spent').replaceAll('levels.level', 'allowance_warning.level')}))`,
    { allowance },
  );
}

const select = `select allowance_warning.allowance, allowance_warning."window", allowance_warning.level, allowance_warning.at,
    allowance_warning.used, allowance_warning."limit", allowance.workspace, allowance.key, allowance.model,
    allowance.owner, allowance.unit
  from allowance_warning join allowance on allowance.id = allowance_warning.allowance`;

async function takeUntold(sql: Sql): Promise<readonly LimitWarning[]> {
  const rows = await sql.all(
    `${select} where allowance_warning.told = 0 order by allowance_warning.at limit ${rowsMax}`,
  );
  const warnings: LimitWarning[] = [];
  for (const warning of rows.map(toWarning)) {
    const { allowance, window, level } = warning;
    const changes = await sql.run(
      `update allowance_warning set told = 1
       where allowance = :allowance and "window" = :window and level = :level and told = 0`,
      { allowance, window, level },
    );
    // Another keeper may have been faster.
    if (changes === 1) warnings.push(warning);
  }
  return warnings;
}

async function warningsOf(sql: Sql, workspace: string): Promise<readonly LimitWarning[]> {
  const rows = await sql.all(
    `${select} where allowance.workspace = :workspace
     order by allowance_warning.at desc, allowance_warning.level desc limit ${rowsMax}`,
    { workspace },
  );
  return rows.map(toWarning);
}

function toWarning(row: Row): LimitWarning {
  return {
    allowance: text(row, 'allowance'),
    window: text(row, 'window'),
    level: whole(row, 'level'),
    at: whole(row, 'at'),
    used: amount(row, 'used'),
    limit: amount(row, 'limit'),
    workspace: text(row, 'workspace'),
    key: textOrNull(row, 'key'),
    model: textOrNull(row, 'model'),
    of: word(row, 'owner', ['wallet', 'key', 'workspace']),
    unit: word(row, 'unit', ['nano-usd', 'requests']),
  };
}

import { createHash } from 'node:crypto';
import { type AuditEntry, type AuditFact, auditText, firstPrevious } from '#core/trust/audit-chain.ts';
import type { AuditStore } from '../members.ts';
import { text, whole, word } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';

export function makeAuditStore(db: Database): AuditStore {
  return {
    append: (fact, at) => db.transaction((sql) => append(sql, fact, at)),
    entries: (scope, from, max) => entriesFrom(db, { scope, from, max }),
    newest: (scope, before, max) => newestBefore(db, { scope, before, max }),
  };
}

/** The head's row is locked first, so that two who append do so one after the other. */
async function append(sql: Sql, fact: AuditFact, at: number): Promise<AuditEntry> {
  const { scope } = fact;
  await openHead(sql, scope);
  const head = await sql.one(`select size, hash from audit_head where scope = :scope ${sql.forUpdate}`, { scope });
  const unhashed = { ...fact, at, place: whole(head ?? {}, 'size'), previous: text(head ?? {}, 'hash'), hash: '' };
  const entry = { ...unhashed, hash: createHash('sha256').update(auditText(unhashed)).digest('hex') };
  await insert(sql, entry);
  await moveHead(sql, { scope, size: entry.place + 1, hash: entry.hash });
  return entry;
}

async function openHead(sql: Sql, scope: string): Promise<void> {
  await sql.run('insert into audit_head (scope, size, hash) values (:scope, 0, :hash) on conflict (scope) do nothing', {
    ...{ scope, hash: firstPrevious },
  });
}

async function insert(sql: Sql, entry: AuditEntry): Promise<void> {
  await sql.run(
    `insert into audit_entry (scope, place, at, actor, action, target, outcome, previous, hash)
      values (:scope, :place, :at, :actor, :action, :target, :outcome, :previous, :hash)`,
    entry,
  );
}

async function moveHead(sql: Sql, head: { scope: string; size: number; hash: string }): Promise<void> {
  await sql.run('update audit_head set size = :size, hash = :hash where scope = :scope', head);
}

async function entriesFrom(
  sql: Sql,
  ask: { scope: string; from: number; max: number },
): Promise<readonly AuditEntry[]> {
  const rows = await sql.all(
    'select * from audit_entry where scope = :scope and place >= :from order by place limit :max',
    ask,
  );
  return rows.map(toEntry);
}

async function newestBefore(
  sql: Sql,
  ask: { scope: string; before: number; max: number },
): Promise<readonly AuditEntry[]> {
  const rows = await sql.all(
    'select * from audit_entry where scope = :scope and place < :before order by place desc limit :max',
    ask,
  );
  return rows.map(toEntry);
}

function toEntry(row: Row): AuditEntry {
  return {
    ...{ scope: text(row, 'scope'), place: whole(row, 'place'), at: whole(row, 'at'), actor: text(row, 'actor') },
    ...{ action: text(row, 'action'), target: text(row, 'target') },
    outcome: word(row, 'outcome', ['asked', 'refused', 'done'] as const),
    ...{ previous: text(row, 'previous'), hash: text(row, 'hash') },
  };
}

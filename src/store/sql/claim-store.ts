import type { EndReason } from '#core/generation/end-reason.ts';
import type { ClaimAsk, ClaimResult, ClaimStore } from '../named-requests.ts';
import { text, textOrNull, whole } from './read-row.ts';
import type { Database, Sql } from './sql.ts';

const keptMs = 24 * 3_600_000;

/** After these nothing reached the caller: the same request may be carried out again. */
const undone: ReadonlySet<string> = new Set<EndReason>(['failed', 'refused', 'drained', 'crashed']);

export function makeClaimStore(db: Database): ClaimStore {
  return {
    claim: (ask) => db.transaction((sql) => claim(sql, ask)),
    async release({ workspace, name, generation }) {
      await db.run('delete from claim where workspace = :workspace and name = :name and generation = :generation', {
        workspace,
        name,
        generation,
      });
    },
  };
}

async function claim(sql: Sql, ask: ClaimAsk): Promise<ClaimResult> {
  const { workspace, name, body, generation, now, lostAfterMs } = ask;
  await sql.run('delete from claim where created_at < :old', { old: now - keptMs });
  const added = await sql.insert(
    {
      table: 'claim',
      columns: ['workspace', 'name', 'body', 'generation', 'created_at'],
      otherwise: 'on conflict (workspace, name) do nothing',
      returning: 'name',
    },
    [{ workspace, name, body, generation, created_at: now }],
  );
  if (added.length > 0) return { kind: 'new' };
  const row = await sql.one(
    `select claim.body, claim.generation, claim.created_at, generation.end_reason
     from claim left join generation on generation.id = claim.generation
     where claim.workspace = :workspace and claim.name = :name`,
    { workspace, name },
  );
  if (!row) throw new Error('a claim is gone in its own transaction');
  if (text(row, 'body') !== body) return { kind: 'other-body' };
  const end = textOrNull(row, 'end_reason');
  const isLost = end === null && whole(row, 'created_at') < now - lostAfterMs;
  if (!isLost && !(end !== null && undone.has(end))) {
    return end === null ? { kind: 'running' } : { kind: 'done', generation: text(row, 'generation') };
  }
  // Of two that come back at once one is first.
  const taken = await sql.run(
    `update claim set generation = :generation, created_at = :now
     where workspace = :workspace and name = :name and generation = :seen`,
    { workspace, name, generation, now, seen: text(row, 'generation') },
  );
  return taken === 1 ? { kind: 'new' } : { kind: 'running' };
}

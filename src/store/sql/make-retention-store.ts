import { Buffer } from 'node:buffer';
import type { NewId } from '../new-id.ts';
import { evidenceSubjects, type LegalHold, type RetentionRun, type RetentionStore } from '../retention-store.ts';
import { sha256 } from '../sha256.ts';
import { text, whole, word } from './read-row.ts';
import { type Dropped, dropReceiptBatches, dropUsageHours, dropUsageLog } from './retention-drops.ts';
import type { Database, Row, Sql } from './sql.ts';

export function makeRetentionStore(db: Database, newId: NewId): RetentionStore {
  return {
    drop: (subject, { cutoff, max, now }) =>
      db.transaction(async (sql) => {
        const dropped = await drops[subject](sql, cutoff, max);
        if (dropped.length > 0) await addEvidence(sql, { subject, cutoff, now }, dropped);
        return dropped.length;
      }),
    async runs(max) {
      const rows = await db.all(
        'select subject, cutoff, rows, oldest, newest, digest, at from retention_run order by cutoff desc, subject limit :max',
        { max },
      );
      return rows.map(toRun);
    },
    async hold({ workspace, owner, reason, reviewAt, now }) {
      const id = newId('lh');
      await db.run(
        `insert into legal_hold (id, workspace, owner, reason, review_at, created_at)
         values (:id, :workspace, :owner, :reason, :reviewAt, :now)`,
        { id, workspace, owner, reason, reviewAt, now },
      );
      return { id, workspace, owner, reason, reviewAt, createdAt: now };
    },
    endHold: async (id, now) =>
      (await db.run('update legal_hold set ended_at = :now where id = :id and ended_at is null', { id, now })) === 1,
    async holds() {
      const rows = await db.all(
        `select id, workspace, owner, reason, review_at, created_at from legal_hold
         where ended_at is null order by created_at, id`,
      );
      return rows.map(toHold);
    },
  };
}

const drops = { generation: dropUsageLog, usage_hour: dropUsageHours, receipt_batch: dropReceiptBatches };

/** One row for each cutoff, added up over the steps: also when a step was the last one before a crash. */
export async function addEvidence(
  sql: Sql,
  { subject, cutoff, now }: { readonly subject: string; readonly cutoff: number; readonly now: number },
  dropped: readonly Dropped[],
): Promise<void> {
  const before = await sql.one(
    `select rows, oldest, newest, digest from retention_run where subject = :subject and cutoff = :cutoff ${sql.forUpdate}`,
    { subject, cutoff },
  );
  const times = dropped.map(({ at }) => at);
  const names = dropped.map(({ name }) => name).sort();
  const digest = Buffer.from(sha256(`${before ? text(before, 'digest') : ''}\n${names.join('\n')}`)).toString('hex');
  await sql.insert(
    {
      table: 'retention_run',
      columns: ['subject', 'cutoff', 'rows', 'oldest', 'newest', 'digest', 'at'],
      otherwise: `on conflict (subject, cutoff) do update set rows = excluded.rows, oldest = excluded.oldest,
        newest = excluded.newest, digest = excluded.digest, at = excluded.at`,
    },
    [
      {
        ...{ subject, cutoff, digest, at: now },
        rows: dropped.length + (before ? whole(before, 'rows') : 0),
        oldest: Math.min(...times, ...(before ? [whole(before, 'oldest')] : [])),
        newest: Math.max(...times, ...(before ? [whole(before, 'newest')] : [])),
      },
    ],
  );
}

function toRun(row: Row): RetentionRun {
  return {
    subject: word(row, 'subject', evidenceSubjects),
    cutoff: whole(row, 'cutoff'),
    rows: whole(row, 'rows'),
    oldest: whole(row, 'oldest'),
    newest: whole(row, 'newest'),
    digest: text(row, 'digest'),
    at: whole(row, 'at'),
  };
}

function toHold(row: Row): LegalHold {
  return {
    id: text(row, 'id'),
    workspace: text(row, 'workspace'),
    owner: text(row, 'owner'),
    reason: text(row, 'reason'),
    reviewAt: whole(row, 'review_at'),
    createdAt: whole(row, 'created_at'),
  };
}

import { Buffer } from 'node:buffer';
import { canonicalJson, type SignedValue } from '#core/trust/canonical-json.ts';
import { type LogEntry, type LogKind, logEntryText, logKinds, type NewLogEntry } from '#core/trust/log-entry.ts';
import { countOf, growPeaks, type Peaks, rootOfPeaks } from '#core/trust/merkle-peaks.ts';
import { leafHash } from '#core/trust/merkle-tree.ts';
import type { SignedHead } from '#core/trust/signed-head.ts';
import { sha256 } from '../sha256.ts';
import type { SignHead } from '../trust-store.ts';
import { announce } from './change-store.ts';
import { text, whole, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

const columns = ['place', 'at', 'kind', 'subject', 'body', 'leaf'] as const;

/** Appends what is news. The head's row is locked first, so that two who append do so one after the other. */
export async function appendEntries(
  sql: Sql,
  given: readonly NewLogEntry[],
  { at, sign }: { readonly at: number; readonly sign: SignHead },
): Promise<SignedHead> {
  const locked = (await sql.one(`select size, peaks from log_head where one = 1 ${sql.forUpdate}`)) ?? {};
  const size = whole(locked, 'size');
  const fresh: NewLogEntry[] = [];
  for (const entry of given) if ((await lastBody(sql, entry)) !== canonicalJson(entry.body)) fresh.push(entry);
  const before = await findHead(sql);
  if (fresh.length === 0 && before) return before;
  const entries = fresh.map((entry, index) => ({ ...entry, at, place: size + index }));
  const rows = entries.map((entry) => ({ entry, leaf: leafHash(logEntryText(entry), sha256) }));
  await sql.insert(
    { table: 'log_entry', columns },
    rows.map(({ entry, leaf }) => ({ ...entry, body: canonicalJson(entry.body), leaf: toHex(leaf) })),
  );
  // What is accepted decides where requests may go: gateways are told in the same transaction.
  if (fresh.some(({ kind }) => kind === 'acceptance')) await announce(sql, 'catalogue', 'acceptance', at);
  const grown = rows.map(({ leaf }) => leaf);
  const peaks = growPeaks({ peaks: await peaksOf(sql, locked, size), size }, grown, sha256);
  const head = sign({ size: size + grown.length, root: toHex(rootOfPeaks(peaks, sha256)), at });
  await sql.run(
    `update log_head set size = :size, root = :root, at = :at, key = :key, signature = :signature, peaks = :peaks
     where one = 1`,
    { ...head, peaks: peaks.map(toHex).join(' ') },
  );
  return head;
}

/** All leaves are read once only: of a log that was begun before its peaks were kept. */
async function peaksOf(sql: Sql, head: Row, size: number): Promise<Peaks> {
  const kept = text(head, 'peaks').split(' ').filter(Boolean);
  if (kept.length === countOf(size)) return kept.map((hex) => Buffer.from(hex, 'hex'));
  return growPeaks({ peaks: [], size: 0 }, await findLeaves(sql, size), sha256);
}

export async function findHead(sql: Sql): Promise<SignedHead | undefined> {
  const row = await sql.one('select size, root, at, key, signature from log_head where one = 1');
  if (!row || text(row, 'signature') === '') return undefined;
  return {
    size: whole(row, 'size'),
    root: text(row, 'root'),
    at: whole(row, 'at'),
    key: text(row, 'key'),
    signature: text(row, 'signature'),
  };
}

export async function findEntries(sql: Sql, from: number, max: number): Promise<readonly LogEntry[]> {
  const rows = await sql.all(
    'select place, at, kind, subject, body from log_entry where place >= :from and place < :until order by place',
    { from, until: from + max },
  );
  return rows.map(toEntry);
}

export async function findEntriesOf(sql: Sql, kind: LogKind): Promise<readonly LogEntry[]> {
  const rows = await sql.all('select place, at, kind, subject, body from log_entry where kind = :kind order by place', {
    kind,
  });
  return rows.map(toEntry);
}

export async function findFirstSaid(sql: Sql, kind: LogKind): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all('select subject, min(at) as at from log_entry where kind = :kind group by subject', {
    kind,
  });
  return new Map(rows.map((row) => [text(row, 'subject'), whole(row, 'at')]));
}

export async function findLeaves(sql: Sql, size: number, from = 0): Promise<readonly Uint8Array[]> {
  const rows = await sql.all('select leaf from log_entry where place >= :from and place < :size order by place', {
    size,
    from,
  });
  return rows.map((row) => Buffer.from(text(row, 'leaf'), 'hex'));
}

const goneBody = canonicalJson({ removed: true });

export async function findSubjects(sql: Sql, kind: LogKind): Promise<readonly string[]> {
  const rows = await sql.all(
    `select subject from log_entry last where kind = :kind and body <> :gone
       and not exists (select 1 from log_entry later where later.kind = last.kind and later.subject = last.subject
         and later.place > last.place) order by subject`,
    { kind, gone: goneBody },
  );
  return rows.map((row) => text(row, 'subject'));
}

async function lastBody(sql: Sql, { kind, subject }: NewLogEntry): Promise<string | undefined> {
  const row = await sql.one(
    'select body from log_entry where kind = :kind and subject = :subject order by place desc limit 1',
    { kind, subject },
  );
  return row && text(row, 'body');
}

function toEntry(row: Row): LogEntry {
  return {
    place: whole(row, 'place'),
    at: whole(row, 'at'),
    kind: word(row, 'kind', logKinds),
    subject: text(row, 'subject'),
    // A parser: `appendEntries` wrote it.
    body: JSON.parse(text(row, 'body')) as SignedValue,
  };
}

function toHex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}

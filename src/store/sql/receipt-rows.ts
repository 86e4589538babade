import { Buffer } from 'node:buffer';
import type { ReceiptFacts } from '#core/trust/receipt.ts';
import type { ReceiptBatch } from '../trust-store.ts';
import { text, whole } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

const batches = {
  table: 'receipt_batch',
  columns: ['id', 'key', 'at', 'size', 'root', 'signature', 'facts', 'leaves'],
} as const;

const hashBytes = 32;

export async function addReceiptBatch(sql: Sql, { leaves, facts, ...batch }: ReceiptBatch): Promise<void> {
  const row = { ...batch, facts: JSON.stringify(facts), leaves: Buffer.concat(leaves).toString('base64') };
  await sql.insert(batches, [row]);
}

export async function findReceiptBatch(sql: Sql, id: string): Promise<ReceiptBatch | undefined> {
  const row = await sql.one(`select ${batches.columns.join(', ')} from receipt_batch where id = :id`, { id });
  return row && toBatch(row);
}

function toBatch(row: Row): ReceiptBatch {
  const hashes = Buffer.from(text(row, 'leaves'), 'base64');
  const size = whole(row, 'size');
  return {
    id: text(row, 'id'),
    key: text(row, 'key'),
    at: whole(row, 'at'),
    size,
    root: text(row, 'root'),
    signature: text(row, 'signature'),
    // A parser: `addReceiptBatch` wrote it.
    facts: JSON.parse(text(row, 'facts')) as ReceiptFacts,
    leaves: Array.from({ length: size }, (_, place) => hashes.subarray(place * hashBytes, (place + 1) * hashBytes)),
  };
}

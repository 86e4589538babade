import { Buffer } from 'node:buffer';
import { keptFrom } from '#core/privacy/retention.ts';
import type { SignedValue } from '#core/trust/canonical-json.ts';
import { inclusionProof, leafHash } from '#core/trust/merkle-tree.ts';
import { generationOf, receiptText } from '#core/trust/receipt.ts';
import type { ReceiptDocument } from '#core/trust/verify-receipt.ts';
import { sha256 } from '#store/sha256.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

/** A receipt with its proof, for the generation's own workspace alone; null where it has none. */
export async function showReceipt(
  { store, retention, now }: CommandContext,
  given: unknown,
): Promise<ReceiptDocument | null> {
  const args = new Arguments(given);
  const id = args.text('receipt', "the receipt's id, as in x-fairlead-receipt");
  const generation = generationOf(id);
  const found = generation === undefined ? undefined : await store.trust.receipt(generation);
  const within = args.optionalText('within', 'the workspace that it is in');
  const isOver = found !== undefined && found.row.at < keptFrom(now(), retention.usageDays);
  if (!found?.row.receipt || isOver || (within !== undefined && found.row.workspace !== within)) return null;
  const { row, batch } = found;
  const { place } = found.row.receipt;
  const text = receiptText(row, batch.facts);
  const signed = batch.leaves[place];
  if (!signed || Buffer.compare(signed, leafHash(text, sha256)) !== 0) {
    throw new Refused('The usage log no longer says what the receipt of this generation was signed for.');
  }
  const { facts: _, leaves, ...head } = batch;
  return {
    id,
    // A parser: `receiptText` wrote it.
    statement: JSON.parse(text) as SignedValue,
    place,
    proof: inclusionProof(leaves, place, sha256).map((hash) => Buffer.from(hash).toString('hex')),
    batch: head,
  };
}

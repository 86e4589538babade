import { Buffer } from 'node:buffer';
import { canonicalJson, type SignedValue, toSignedValue } from './canonical-json.ts';
import { isIncluded, leafHash, type Sha256 } from './merkle-tree.ts';
import type { VerifySignature } from './public-key.ts';
import { receiptIdOf } from './receipt.ts';
import { batchHeadText, type SignedHead } from './signed-head.ts';

/** A receipt as its workspace gets it: the statement, and what proves that it was signed. */
export type ReceiptDocument = {
  readonly id: string;
  readonly statement: SignedValue;
  readonly place: number;
  /** Hex. */
  readonly proof: readonly string[];
  readonly batch: SignedHead & { readonly id: string };
};

export type Verifier = { readonly sha256: Sha256; readonly verify: VerifySignature };

/** What is wrong with a receipt, each a sentence; none: it is what the holder of one of these keys signed. */
export function receiptProblems(
  document: ReceiptDocument,
  keys: ReadonlyMap<string, string>,
  { sha256, verify }: Verifier,
): readonly string[] {
  const { id, statement, place, proof, batch } = document;
  const problems: string[] = [];
  const generation = generationNamed(statement);
  if (generation === undefined || receiptIdOf(generation) !== id) {
    problems.push('The statement is about another generation than the id says.');
  }
  const claim = {
    ...{ leaf: leafHash(canonicalJson(statement), sha256), place, size: batch.size },
    ...{ proof: proof.map(fromHex), root: fromHex(batch.root) },
  };
  if (!isIncluded(claim, sha256)) {
    problems.push(
      "The statement is not in the batch that was signed: it was changed, or the proof is another receipt's.",
    );
  }
  const key = keys.get(batch.key);
  if (key === undefined) problems.push(`The key ${batch.key} is none of those that are believed here.`);
  else if (!verify(key, batchHeadText(batch.id, batch), batch.signature)) {
    problems.push(`The signature of the batch was not made with the key ${batch.key}.`);
  }
  return problems;
}

/** Of a foreign JSON value, alone or as `data`; undefined where it is no receipt. */
export function readReceipt(value: unknown): ReceiptDocument | undefined {
  const held = isRecord(value) && isRecord(value.data) ? value.data : value;
  if (!isRecord(held) || !isRecord(held.batch) || !isRecord(held.statement)) return undefined;
  const { id, place, proof, batch } = held;
  const statement = toSignedValue(held.statement);
  if (statement === undefined || typeof id !== 'string' || typeof place !== 'number') return undefined;
  if (!Array.isArray(proof) || !proof.every((hash): hash is string => typeof hash === 'string')) return undefined;
  const { id: batchId, size, root, at, key, signature } = batch;
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(at)) return undefined;
  const texts = { id: batchId, root, key, signature };
  if (!Object.values(texts).every((text) => typeof text === 'string')) return undefined;
  // The lines above say so.
  return { id, statement, place, proof, batch: { ...texts, size, at } as ReceiptDocument['batch'] };
}

function generationNamed(statement: SignedValue): string | undefined {
  if (typeof statement !== 'object' || statement === null || !('generation' in statement)) return undefined;
  return typeof statement.generation === 'string' ? statement.generation : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fromHex(text: string): Uint8Array {
  return Buffer.from(text, 'hex');
}

import { Buffer } from 'node:buffer';
import type { SignedValue } from './canonical-json.ts';
import { type LogEntry, logEntryText } from './log-entry.ts';
import { leafHash, rootOf } from './merkle-tree.ts';
import { logHeadText, type SignedHead, successionText } from './signed-head.ts';
import type { Verifier } from './verify-receipt.ts';

export type LogUnderTest = {
  /** All of them, in order. */
  readonly entries: readonly LogEntry[];
  readonly head: SignedHead;
  /** A head that the reader saved before: the log must be a continuation of it. */
  readonly earlier?: Pick<SignedHead, 'size' | 'root'> | undefined;
};

export type LogVerdict = {
  readonly problems: readonly string[];
  /** Keys that no key before them vouched for, beside the first: another replica's, or one whose forerunner was lost. */
  readonly unvouched: readonly string[];
};

/**
 * Judges a whole log: its entries give the root that was signed, it goes on from what was seen before, and each key was
 * entered. `trusted` are the keys that the reader believes; without any, those that the log itself names.
 */
export function judgeLog(
  { entries, head, earlier }: LogUnderTest,
  trusted: ReadonlyMap<string, string> | undefined,
  { sha256, verify }: Verifier,
): LogVerdict {
  const problems: string[] = [];
  entries.forEach((entry, index) => {
    if (entry.place !== index) problems.push(`Entry ${index} says that it is entry ${entry.place}.`);
  });
  if (entries.length !== head.size)
    problems.push(`The head speaks of ${head.size} entries, there are ${entries.length}.`);
  const leaves = entries.map((entry) => leafHash(logEntryText(entry), sha256));
  if (hex(rootOf(leaves, sha256)) !== head.root)
    problems.push('The entries are not those that the head was signed for.');
  const { keys, unvouched } = keysIn(entries, verify);
  const key = (trusted ?? keys).get(head.key);
  if (key === undefined) problems.push(`The key ${head.key} is none of those that are believed here.`);
  else if (!verify(key, logHeadText(head), head.signature)) {
    problems.push(`The signature of the head was not made with the key ${head.key}.`);
  }
  if (earlier !== undefined && !goesOnFrom(earlier, leaves, sha256)) {
    problems.push(`The log is not a continuation of the head of ${earlier.size} entries: its past was changed.`);
  }
  return { problems, unvouched };
}

/** The keys that a log names, and which of them stand there on nobody's word. */
function keysIn(entries: readonly LogEntry[], verify: Verifier['verify']) {
  const keys = new Map<string, string>();
  const unvouched: string[] = [];
  for (const { kind, subject, body } of entries) {
    if (kind !== 'key' || !isRecord(body) || typeof body.public !== 'string') continue;
    const { public: publicKey, previous, signature } = body;
    const before = typeof previous === 'string' ? keys.get(previous) : undefined;
    const isVouched =
      before !== undefined &&
      typeof signature === 'string' &&
      verify(before, successionText({ key: subject, publicKey }), signature);
    if (!keys.has(subject) && keys.size > 0 && !isVouched) unvouched.push(subject);
    keys.set(subject, publicKey);
  }
  return { keys, unvouched };
}

function goesOnFrom(
  earlier: Pick<SignedHead, 'size' | 'root'>,
  leaves: readonly Uint8Array[],
  sha256: Verifier['sha256'],
): boolean {
  if (earlier.size > leaves.length) return false;
  return hex(rootOf(leaves.slice(0, earlier.size), sha256)) === earlier.root;
}

function isRecord(value: SignedValue): value is { readonly [name: string]: SignedValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

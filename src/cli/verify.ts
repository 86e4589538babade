import { readFileSync } from 'node:fs';
import type { LogEntry } from '#core/trust/log-entry.ts';
import { readKeySet } from '#core/trust/public-key.ts';
import type { SignedHead } from '#core/trust/signed-head.ts';
import { judgeLog } from '#core/trust/verify-log.ts';
import { readReceipt, receiptProblems } from '#core/trust/verify-receipt.ts';
import { Refused } from '#keeper/commands/command.ts';
import { verifySignature } from '#keeper/trust/trust-key.ts';
import { sha256 } from '#store/sha256.ts';
import type { AskKeeper } from './keeper-client.ts';

type Options = { readonly keys?: string; readonly head?: string };
const verifier = { sha256, verify: verifySignature };

/** A receipt from a file, against a key set that was saved, or the keys of the Fairlead here. Asks no network. */
export async function verifyReceipt(path: string, { keys }: Options, ask: AskKeeper) {
  const receipt = readReceipt(readJson(path));
  if (!receipt) throw new Refused(`${path} holds no receipt: save what GET /api/v1/receipts/{id} answers.`);
  const problems = receiptProblems(receipt, await keysOf(keys, ask), verifier);
  const { id, batch, statement } = receipt;
  return {
    ok: problems.length === 0,
    id,
    key: batch.key,
    signed_at: new Date(batch.at).toISOString(),
    problems,
    statement,
  };
}

/**
 * The whole log of promises: of the Fairlead here, or as it was saved from `/log/entries` and `/log/head`, as
 * `{"entries": […], "head": {…}}`. `head` is one that was saved before: the log must go on from it.
 */
export async function verifyLog(path: string | undefined, { keys, head: earlier }: Options, ask: AskKeeper) {
  const log = path === undefined ? await ownLog(ask) : readLog(path);
  const trusted = path === undefined && keys === undefined ? undefined : await keysOf(keys, ask);
  const seen = earlier === undefined ? undefined : readHead(readJson(earlier), earlier);
  const verdict = judgeLog({ ...log, earlier: seen }, trusted, verifier);
  return { ok: verdict.problems.length === 0, entries: log.entries.length, root: log.head.root, ...verdict };
}

async function ownLog(ask: AskKeeper) {
  const entries: LogEntry[] = [];
  for (;;) {
    const head = (await ask('log-head', {})) as SignedHead | null;
    if (!head) throw new Refused('Nothing was entered into the log yet: start Fairlead once.');
    while (entries.length < head.size) {
      // The keeper's command gives this.
      const page = (await ask('log-entries', { from: entries.length })) as readonly LogEntry[];
      if (page.length === 0) return { entries, head };
      entries.push(...page);
    }
    // Something was entered in between.
    if (entries.length === head.size) return { entries, head };
  }
}

async function keysOf(path: string | undefined, ask: AskKeeper): Promise<ReadonlyMap<string, string>> {
  const keys = readKeySet(path === undefined ? await ask('trust-keys', {}) : readJson(path));
  if (!keys) throw new Refused(`${path} is no key set: save what /.well-known/fairlead-keys.json answers.`);
  return keys;
}

function readLog(path: string): { readonly entries: readonly LogEntry[]; readonly head: SignedHead } {
  const value = readJson(path);
  const isLog = typeof value === 'object' && value !== null && 'entries' in value && Array.isArray(value.entries);
  if (!isLog || !('head' in value)) throw new Refused(`${path} must hold {"entries": […], "head": {…}}.`);
  // A parser: what is not as it should be gives another root or another signature.
  return { entries: value.entries as readonly LogEntry[], head: readHead(value.head, path) };
}

function readHead(value: unknown, path: string): SignedHead {
  const isHead = typeof value === 'object' && value !== null && 'size' in value && 'root' in value;
  if (!isHead || !Number.isSafeInteger(value.size)) throw new Refused(`${path} holds no head of a log.`);
  return value as SignedHead;
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Refused(`${path} cannot be read.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(`${path} is not JSON.`);
  }
}

import { canonicalJson } from './canonical-json.ts';

/** What somebody did in a workspace, or for all of them: closed words and ids, nobody's name. */
export type AuditFact = {
  /** A workspace's id, or `operator`. */
  readonly scope: string;
  /** A person's pseudonym, a key's id, or `command-line`. */
  readonly actor: string;
  readonly action: string;
  /** What it was done to; empty where that is the workspace itself. */
  readonly target: string;
  /** `done`: said where what it was done to, or to what end, is known only afterwards. */
  readonly outcome: 'asked' | 'refused' | 'done';
};

export type AuditEntry = AuditFact & {
  /** From 0, without a gap. */
  readonly place: number;
  readonly at: number;
  /** The hash of the entry before, 64 zeros for the first. */
  readonly previous: string;
  readonly hash: string;
};

export const firstPrevious = '0'.repeat(64);

/** What an entry's hash is made of, SHA-256 in hex: whoever changes, adds or takes out an entry breaks all that follow. */
export function auditText({ hash: _, ...entry }: AuditEntry): string {
  return canonicalJson(entry);
}

/** The place of the first entry that does not follow from the one before; undefined where all do. */
export function brokenAuditPlace(
  entries: readonly AuditEntry[],
  sha256Hex: (text: string) => string,
): number | undefined {
  let previous = firstPrevious;
  for (const [index, entry] of entries.entries()) {
    const isWhole = entry.place === index && entry.previous === previous && entry.hash === sha256Hex(auditText(entry));
    if (!isWhole) return index;
    previous = entry.hash;
  }
  return undefined;
}

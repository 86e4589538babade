import { comparePolicies, isMaterial, numberChanges, type PolicyChange } from './compare-policies.ts';
import type { PolicyDocument } from './compose-policy.ts';

/** A version as it stands in the log of promises. Days are of UTC. */
export type PublishedPolicy = {
  readonly version: number;
  readonly effective: string;
  readonly material: boolean;
  /** Of policy-revisions.ts. */
  readonly revision: number;
  /** SHA-256 of the document in canonical JSON. */
  readonly hash: string;
  readonly document: PolicyDocument;
};

/** What becomes of the policy that this start would have. */
export type PolicyDecision =
  | { readonly kind: 'as-published' }
  | { readonly kind: 'publish'; readonly policy: PublishedPolicy }
  /** It changes what people were told, sooner than they were promised. */
  | { readonly kind: 'refuse'; readonly changes: readonly PolicyChange[]; readonly earliest: string };

export type PolicyAsk = {
  readonly published: readonly PublishedPolicy[];
  readonly document: PolicyDocument;
  readonly hash: string;
  readonly revision: number;
  /** A person called one of the revisions since the last version material. */
  readonly materialByHand: boolean;
  /** The day that the operator set. */
  readonly effective: string | undefined;
  readonly today: string;
};

const dayMs = 86_400_000;

export function decidePolicy(ask: PolicyAsk): PolicyDecision {
  const { published, document, hash, revision, today, effective } = ask;
  const last = published.at(-1);
  if (last?.hash === hash) return { kind: 'as-published' };
  if (!last)
    return { kind: 'publish', policy: { version: 1, effective: today, material: false, revision, hash, document } };
  const changes = comparePolicies(last.document, document);
  const material = ask.materialByHand || isMaterial(changes);
  const earliest = material ? addDays(today, last.document.facts.numbers.notice_days) : today;
  // A release that we ship must be able to start: its words wait for their notice. What the operator changed is the operator's.
  const isTheirs = isMaterial(numberChanges(last.document.facts.numbers, document.facts.numbers));
  const day = effective ?? (isTheirs ? undefined : earliest);
  if (day === undefined || day < earliest) return { kind: 'refuse', changes, earliest };
  return { kind: 'publish', policy: { version: last.version + 1, effective: day, material, revision, hash, document } };
}

/** The newest of those that have taken effect; before all of them, the first. */
export function policyInForce(published: readonly PublishedPolicy[], today: string): PublishedPolicy | undefined {
  return published.findLast(({ effective }) => effective <= today) ?? published.at(0);
}

export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function addDays(day: string, days: number): string {
  return dayOf(Date.parse(day) + days * dayMs);
}

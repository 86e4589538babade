import { Buffer } from 'node:buffer';
import { composePolicy, type PolicyDocument, type PolicyTimes } from '#core/privacy/policy/compose-policy.ts';
import { policyRevisions } from '#core/privacy/policy/policy-revisions.ts';
import type { PolicyProfile } from '#core/privacy/policy/policy-text.ts';
import { dayOf, decidePolicy, type PublishedPolicy, policyInForce } from '#core/privacy/policy/published-policy.ts';
import { canonicalJson } from '#core/trust/canonical-json.ts';
import type { LogEntry } from '#core/trust/log-entry.ts';
import type { Notice } from '#store/notice-store.ts';
import { sha256 } from '#store/sha256.ts';
import type { Store } from '#store/store.ts';
import type { TrustDesk } from './trust-desk.ts';

/** What the operator's configuration says of the policy. */
export type PolicySettings = {
  readonly profile: PolicyProfile;
  readonly operator: string | undefined;
  readonly contact: string | undefined;
  readonly jurisdiction: string | undefined;
  /** The day on which a change takes effect. */
  readonly effective: string | undefined;
};

export const policySettingsOtherwise: PolicySettings = {
  profile: 'strict',
  ...{ operator: undefined, contact: undefined, jurisdiction: undefined, effective: undefined },
};

/** The versions of the privacy policy, as the log of promises has them. */
export class PolicyShelf {
  readonly #published: PublishedPolicy[];
  #told: ReadonlyMap<string, string> = new Map();

  private constructor(published: PublishedPolicy[]) {
    this.#published = published;
  }

  static async open({ trust, notices }: Pick<Store, 'trust' | 'notices'>): Promise<PolicyShelf> {
    const shelf = new PolicyShelf((await trust.entriesOf('policy')).map(toPublished));
    shelf.heard(await notices.all());
    return shelf;
  }

  /** As they were entered, the oldest first. */
  get entered(): readonly PublishedPolicy[] {
    return this.#published;
  }

  /** The oldest first, each with the day from which it holds: a material one waits for its notice. */
  get published(): readonly PublishedPolicy[] {
    return this.#published.map((policy) => heldUntilTold(policy, this.#told.get(nameOf(policy))));
  }

  /** What people were told of. */
  heard(notices: readonly Notice[]): void {
    this.#told = new Map(
      notices.flatMap(({ kind, subject, effective }) => (kind === 'policy' ? [[subject, dayOf(effective)]] : [])),
    );
  }

  /** How long before this version people must be told: what the one before it promised. */
  noticeDaysBefore(version: number): number {
    return this.#published.find((each) => each.version === version - 1)?.document.facts.numbers.notice_days ?? 0;
  }

  inForce(at: number): PublishedPolicy | undefined {
    return policyInForce(this.published, dayOf(at));
  }

  /** As receipts name it. */
  nameInForce(at: number): string | null {
    const policy = this.inForce(at);
    return policy ? nameOf(policy) : null;
  }

  /**
   * Publishes what the configuration says, where it says something new. Throws with a sentence where it would change what
   * people were told sooner than they were promised: then the start is refused.
   */
  async publish(settings: PolicySettings, times: PolicyTimes, desk: TrustDesk, now: number): Promise<void> {
    const document = composePolicy(settings.profile, times);
    const last = this.#published.at(-1);
    const since = policyRevisions.filter(({ revision }) => last !== undefined && revision > last.revision);
    const decision = decidePolicy({
      published: this.#published,
      ...{ document, hash: hashOf(document), revision: policyRevisions.length },
      materialByHand: since.some(({ material }) => material),
      ...{ effective: settings.effective, today: dayOf(now) },
    });
    if (decision.kind === 'refuse') throw new PolicyDisagrees(decision.changes.flatMap(factOf), decision.earliest);
    if (decision.kind === 'as-published') return;
    await desk.enter([{ kind: 'policy', subject: 'privacy', body: decision.policy }], now);
    this.#published.push(decision.policy);
  }
}

function nameOf({ document, version }: PublishedPolicy): string {
  return `${document.profile}-${version}`;
}

/** Nobody was told of it: it does not hold. */
const never = '9999-12-31';

function heldUntilTold(policy: PublishedPolicy, told: string | undefined): PublishedPolicy {
  if (!policy.material) return policy;
  const day = told ?? never;
  return day > policy.effective ? { ...policy, effective: day } : policy;
}

function factOf(change: { readonly kind: string; readonly what?: string }): readonly string[] {
  return change.what === undefined ? [] : [change.what];
}

class PolicyDisagrees extends Error {
  override readonly name = 'PolicyDisagrees';
  readonly sentence: string;

  constructor(facts: readonly string[], earliest: string) {
    super('policy disagrees');
    const what = facts.length === 0 ? '' : ` (${facts.join('; ')})`;
    this.sentence = `This configuration says something else than the privacy policy that was published${what}: set policy.effective to ${earliest} or a later day, so that people can be told before it holds, or take the change back.`;
  }
}

function hashOf(document: PolicyDocument): string {
  return Buffer.from(sha256(canonicalJson(document))).toString('hex');
}

function toPublished({ body }: LogEntry): PublishedPolicy {
  // A parser: `publish` wrote it.
  return body as unknown as PublishedPolicy;
}

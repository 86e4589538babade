import type { Harm } from '../verdict.ts';
import type { HealthPace } from './health-pace.ts';

/**
 * Of all credentials of an upstream, for one model. `none`: each was refused or has no money. `look`: the same, but one of them
 * should be tried again.
 */
export type CredentialState = 'usable' | 'limited' | 'none' | 'look';

type Credential = {
  /** Never used again for another secret. */
  readonly id: number;
  hasWorked: boolean;
  /** Refusals in a row. */
  refusals: number;
  /** Quarantined; when one live request may look again. Infinite: it works. */
  lookAt: number;
  unpaidUntil: number;
  unpaidTimes: number;
  /** By the upstream's name of the model: its rate is used up until then. The oldest goes first when there are many. */
  readonly limitedUntil: Map<string, number>;
  /** Nearly used up, as its own headers say; until then others go first. */
  lowUntil: number;
};

const modelsMax = 1_000;
/** Some refuse a single request with a 401 or 403: one that has worked is quarantined at the third in a row. */
const refusalsMax = 3;

/** Which of an upstream's credentials a request takes: those that work in turn, the others only when none is left. */
export class CredentialPool {
  readonly #pace: HealthPace;
  /** It needs none, so a refusal is the endpoint's own doing. */
  readonly isAnonymous: boolean;
  #credentials: Credential[] = [];
  #turn = 0;

  constructor(
    pace: HealthPace,
    { ids, isAnonymous }: { readonly ids: readonly number[]; readonly isAnonymous: boolean },
  ) {
    this.#pace = pace;
    this.isAnonymous = isAnonymous;
    this.replace(ids);
  }

  /** After a rotation: what is known of those that stay is kept. */
  replace(ids: readonly number[]): void {
    this.#credentials = ids.map((id) => this.#find(id) ?? newCredential(id));
  }

  /** How many of them are quarantined or without money. */
  outAt(now: number): number {
    return this.#credentials.filter((each) => !isPaidAndKnown(each, now)).length;
  }

  /** Undefined: all were tried. */
  choose(model: string, now: number, tried: readonly number[]): number | undefined {
    let best: Credential | undefined;
    let bestRank = Number.POSITIVE_INFINITY;
    const count = this.#credentials.length;
    for (let step = 0; step < count; step += 1) {
      const credential = this.#credentials[(this.#turn + step) % count];
      if (!credential || (tried.length > 0 && tried.includes(credential.id))) continue;
      const rank = rankOf(credential, model, now);
      if (rank >= bestRank) continue;
      best = credential;
      bestRank = rank;
      if (rank === 0) break;
    }
    this.#turn = (this.#turn + 1) % Math.max(1, count);
    // One request looks, not all.
    if (best && best.lookAt <= now) best.lookAt = now + this.#pace.refusedMs;
    return best?.id;
  }

  /** Is there one that works beside those that were tried? */
  hasOther(model: string, now: number, tried: readonly number[]): boolean {
    return this.#credentials.some((each) => !tried.includes(each.id) && isUsable(each, model, now));
  }

  stateFor(model: string, now: number): CredentialState {
    let state: CredentialState = 'none';
    for (const credential of this.#credentials) {
      if (isUsable(credential, model, now)) return 'usable';
      if (credential.lookAt <= now) state = 'look';
      else if (isPaidAndKnown(credential, now) && state === 'none') state = 'limited';
    }
    return state;
  }

  /** Milliseconds until the first of those whose rate is used up may be asked again; 0: nobody waits for that. */
  limitedForMs(model: string, now: number): number {
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const credential of this.#credentials) {
      if (!isPaidAndKnown(credential, now)) continue;
      soonestMs = Math.min(soonestMs, (credential.limitedUntil.get(model) ?? now) - now);
    }
    return soonestMs === Number.POSITIVE_INFINITY ? 0 : Math.max(0, soonestMs);
  }

  /** Names what an operator should hear of. */
  failed(
    id: number,
    model: string,
    { harm, retryAfterMs, now }: CredentialFailure,
  ): 'quarantined' | 'unpaid' | undefined {
    const credential = this.#find(id);
    if (!credential) return undefined;
    switch (harm) {
      case 'limited':
        this.#limit(credential, model, now + (retryAfterMs ?? 0), now);
        return undefined;
      case 'credential-refused':
        return this.#refused(credential, now);
      case 'credential-unpaid': {
        const wasPaid = credential.unpaidUntil <= now;
        if (wasPaid) credential.unpaidTimes += 1;
        const ms = Math.min(this.#pace.unpaidMaxMs, this.#pace.unpaidMs * 2 ** (credential.unpaidTimes - 1));
        if (wasPaid) credential.unpaidUntil = now + ms;
        return wasPaid ? 'unpaid' : undefined;
      }
      default:
        return undefined;
    }
  }

  /** True: it had been out, and works again. A limit is kept: this may be the answer that used it up. */
  worked(id: number, now: number): boolean {
    const credential = this.#find(id);
    if (!credential) return false;
    const wasOut = !isPaidAndKnown(credential, now);
    credential.hasWorked = true;
    credential.refusals = 0;
    credential.lookAt = Number.POSITIVE_INFINITY;
    credential.unpaidUntil = Number.NEGATIVE_INFINITY;
    credential.unpaidTimes = 0;
    return wasOut;
  }

  /** What its own headers say is left, 0–1, until `resetsAt`. */
  learn(id: number, model: string, { left, resetsAt, now }: LimitsLeft): void {
    const credential = this.#find(id);
    if (!credential) return;
    if (left <= 0) this.#limit(credential, model, resetsAt, now);
    else if (left < lowShare) credential.lowUntil = Math.min(resetsAt, now + this.#pace.limitedMaxMs);
    else credential.lowUntil = Number.NEGATIVE_INFINITY;
  }

  #limit(credential: Credential, model: string, until: number, now: number): void {
    const { limitedMinMs, limitedMaxMs } = this.#pace;
    const ms = Math.min(limitedMaxMs, Math.max(limitedMinMs, until - now));
    const { limitedUntil } = credential;
    limitedUntil.delete(model);
    if (limitedUntil.size >= modelsMax) limitedUntil.delete(limitedUntil.keys().next().value ?? model);
    limitedUntil.set(model, now + ms);
  }

  #refused(credential: Credential, now: number): 'quarantined' | undefined {
    credential.refusals += 1;
    if (credential.hasWorked && credential.refusals < refusalsMax) return undefined;
    const isNew = credential.lookAt === Number.POSITIVE_INFINITY;
    credential.lookAt = now + this.#pace.refusedMs;
    return isNew ? 'quarantined' : undefined;
  }

  #find(id: number): Credential | undefined {
    for (const credential of this.#credentials) if (credential.id === id) return credential;
    return undefined;
  }
}

type CredentialFailure = { readonly harm: Harm; readonly retryAfterMs: number | undefined; readonly now: number };

export type LimitsLeft = { readonly left: number; readonly resetsAt: number; readonly now: number };

const lowShare = 0.05;

function newCredential(id: number): Credential {
  return {
    id,
    hasWorked: false,
    refusals: 0,
    lookAt: Number.POSITIVE_INFINITY,
    unpaidUntil: Number.NEGATIVE_INFINITY,
    unpaidTimes: 0,
    limitedUntil: new Map(),
    lowUntil: Number.NEGATIVE_INFINITY,
  };
}

function isPaidAndKnown({ lookAt, unpaidUntil }: Credential, now: number): boolean {
  return lookAt === Number.POSITIVE_INFINITY && unpaidUntil <= now;
}

function isUsable(credential: Credential, model: string, now: number): boolean {
  return isPaidAndKnown(credential, now) && !isLimited(credential, model, now);
}

function isLimited({ limitedUntil }: Credential, model: string, now: number): boolean {
  return limitedUntil.size > 0 && (limitedUntil.get(model) ?? 0) > now;
}

/** The smaller goes first; nothing is left out, since a request that nobody else can serve may as well try. */
function rankOf(credential: Credential, model: string, now: number): number {
  if (credential.lookAt <= now) return 0;
  if (credential.lookAt !== Number.POSITIVE_INFINITY) return 5;
  if (credential.unpaidUntil > now) return 4;
  if (isLimited(credential, model, now)) return 3;
  return credential.lowUntil > now ? 1 : 0;
}

import type { Endpoint } from '../endpoint.ts';
import { CredentialPool, type LimitsLeft } from './credential-pool.ts';
import type { AttemptEnd, BeginAsk, OpenAttempt } from './health-book.ts';
import type { HealthPace } from './health-pace.ts';

const keysMax = 10_000;

type OwnKeyEdition = { readonly id: string; readonly edition: number };

/**
 * How the keys of workspaces do at their providers. What one of them meets says nothing of an endpoint: it may be the account's own
 * trouble, and nobody may spoil an endpoint for others with an account of their own. Memory is bounded: the longest unused go first.
 */
export class OwnKeyBook {
  readonly #pace: HealthPace;
  readonly #pools = new Map<string, CredentialPool>();

  constructor(pace: HealthPace) {
    this.#pace = pace;
  }

  begin({ endpoint, model }: BeginAsk, now: number): OpenAttempt {
    // Also where nobody else may look for a while: who asks it has nobody else.
    this.#poolOf(keyOf(endpoint)).choose(model, now, []);
    return { endpoint, model, credential: 0, startedAt: now, isBrief: false, firstContentAt: undefined, isOver: false };
  }

  end(open: OpenAttempt, { outcome, harm, retryAfterMs }: AttemptEnd, now: number): void {
    if (open.isOver) return;
    open.isOver = true;
    const pool = this.#poolOf(keyOf(open.endpoint));
    if (outcome === 'answered') pool.worked(only, now);
    else if (outcome === 'failed') pool.failed(only, open.model, { harm, retryAfterMs, now });
  }

  learn({ endpoint, model }: OpenAttempt, limits: LimitsLeft): void {
    this.#poolOf(keyOf(endpoint)).learn(only, model, limits);
  }

  /** It works, or it is time that somebody looks whether it does again. */
  isWell(key: OwnKeyEdition, model: string, now: number): boolean {
    const state = this.#pools.get(nameOf(key))?.stateFor(model, now) ?? 'usable';
    return state === 'usable' || state === 'look';
  }

  #poolOf(key: string): CredentialPool {
    const known = this.#pools.get(key);
    const pool = known ?? new CredentialPool(this.#pace, { ids: [only], isAnonymous: false });
    this.#pools.delete(key);
    if (this.#pools.size >= keysMax) this.#pools.delete(this.#pools.keys().next().value ?? key);
    this.#pools.set(key, pool);
    return pool;
  }
}

/** Each key is a pool of one. */
const only = 0;

function keyOf({ ownKey }: Endpoint): string {
  return ownKey ? nameOf(ownKey) : '';
}

function nameOf({ id, edition }: OwnKeyEdition): string {
  return `${id} ${edition}`;
}

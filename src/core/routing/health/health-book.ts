// What a gateway has learnt of all endpoints and credentials. Aggregates alone: no workspace, no key of a caller.
import type { Endpoint, Model } from '../endpoint.ts';
import { anyModel } from '../find-model.ts';
import type { Harm } from '../verdict.ts';
import type { AttemptReport, ToolVerdict } from './attempt-report.ts';
import { CredentialPool, type LimitsLeft } from './credential-pool.ts';
import { type EndpointFacts, newEndpointFacts } from './endpoint-facts.ts';
import { EndpointHealth, type HealthTrouble } from './endpoint-health.ts';
import type { Finding } from './finding.ts';
import type { HealthPace } from './health-pace.ts';

/** One attempt under way; told to `end` exactly once. */
export type OpenAttempt = {
  readonly endpoint: Endpoint;
  /** The upstream's name of the model. */
  readonly model: string;
  readonly credential: number;
  readonly startedAt: number;
  /** It looks after an ejected endpoint, and somebody else can answer: it should not be waited for as long as usual. */
  readonly isBrief: boolean;
  firstContentAt: number | undefined;
  isOver: boolean;
};

export type BeginAsk = {
  readonly endpoint: Endpoint;
  readonly model: string;
  /** The credentials of this upstream that failed this request. */
  readonly tried: readonly number[];
};

export type AttemptEnd = Omit<AttemptReport, 'startedAt' | 'endedAt' | 'firstContentAt'>;

export type Credentials = { readonly ids: readonly number[]; readonly isAnonymous: boolean };

/** What an operator should hear of. */
export type HealthNews =
  | { readonly kind: 'endpoint-out' | 'endpoint-back'; readonly endpoint: string; readonly why: string }
  | {
      readonly kind: 'credential-out' | 'credential-back';
      readonly upstream: string;
      readonly credential: number;
      readonly why: string;
    };

type Board = {
  facts: EndpointFacts[];
  healths: (EndpointHealth | undefined)[];
  /** Of the book, when the lists were made. */
  edition: number;
  lookedAt: number;
  /** As many looks had been taken when its list was made. */
  looks: number;
};

const newsMax = 1_000;
/** The others have their turn a second later. */
const findingsMax = 1_000;

/** Time and randomness come as values; whoever plans reads facts that are at most a look old. */
export class HealthBook {
  readonly #pace: HealthPace;
  readonly #credentialsOf: (upstream: string) => Credentials;
  readonly #healths = new Map<string, EndpointHealth>();
  readonly #pools = new Map<string, CredentialPool>();
  readonly #boards = new WeakMap<Model, Board>();
  #edition = 0;
  #looks = 0;
  /** Undefined: nobody said yet. */
  #offered: ReadonlySet<string> | undefined;
  #news: HealthNews[] = [];

  constructor(pace: HealthPace, credentialsOf: (upstream: string) => Credentials) {
    this.#pace = pace;
    this.#credentialsOf = credentialsOf;
  }

  /** Aligned with the model's endpoints; another list after each look at one of any model. */
  factsOf(model: Model, now: number): readonly EndpointFacts[] {
    let board = this.#boards.get(model);
    if (board?.edition !== this.#edition) {
      board = this.#boardOf(model);
      this.#boards.set(model, board);
    }
    if (now - board.lookedAt >= this.#pace.lookMs) {
      board.lookedAt = now;
      for (let place = 0; place < board.healths.length; place += 1) {
        const health = board.healths[place];
        const endpoint = model.endpoints[place];
        if (health && endpoint) this.#look(endpoint, health, now);
      }
    }
    if (board.looks !== this.#looks) {
      board.looks = this.#looks;
      board.facts = board.facts.slice();
    }
    return board.facts;
  }

  begin({ endpoint, model, tried }: BeginAsk, now: number): OpenAttempt {
    const pool = this.#poolOf(endpoint.upstream.name);
    const isBrief = this.#healthOf(endpoint.id).began(now);
    const credential = pool.choose(model, now, tried) ?? tried[0] ?? 0;
    return { endpoint, model, credential, startedAt: now, isBrief, firstContentAt: undefined, isOver: false };
  }

  firstContent(open: OpenAttempt, now: number): void {
    open.firstContentAt = now;
    this.#healthOf(open.endpoint.id).firstContent(open.startedAt, now);
  }

  /** `jitter` is a number from -1 to 1. */
  end(open: OpenAttempt, end: AttemptEnd, now: number, jitter: number): void {
    if (open.isOver) return;
    open.isOver = true;
    const { endpoint, model, credential, startedAt, firstContentAt } = open;
    const pool = this.#poolOf(endpoint.upstream.name);
    const health = this.#healthOf(endpoint.id);
    const harm = end.outcome === 'failed' ? whoseHarm(end.harm, endpoint, pool) : 'none';
    health.ended({ ...end, harm, startedAt, endedAt: now, firstContentAt }, jitter);
    if (end.outcome === 'answered') {
      if (pool.worked(credential, now)) this.#tellCredential('credential-back', endpoint, credential, 'works');
    } else if (harm !== 'none') {
      const news = pool.failed(credential, model, { harm, retryAfterMs: end.retryAfterMs, now });
      if (news) this.#tellCredential('credential-out', endpoint, credential, news);
      this.#look(endpoint, health, now);
    }
  }

  /** Undefined: it works. */
  troubleOf(endpoint: Endpoint, now: number): HealthTrouble | undefined {
    const health = this.#healths.get(endpoint.id);
    if (!health || health.facts.state === 'working') return undefined;
    this.#look(endpoint, health, now);
    return health.troubleAt(now, this.#poolOf(endpoint.upstream.name).limitedForMs(endpoint.upstreamModel, now));
  }

  /** What somebody found who looked at the tool calls of an answer. */
  toolsJudged({ endpoint }: OpenAttempt, verdict: ToolVerdict, now: number): void {
    this.#healthOf(endpoint.id).toolsJudged(verdict, now);
  }

  /** What an upstream's headers say of this credential's limits. */
  learn({ endpoint, model, credential }: OpenAttempt, limits: LimitsLeft): void {
    this.#poolOf(endpoint.upstream.name).learn(credential, model, limits);
  }

  /** May the same endpoint be asked with another credential? */
  hasOtherCredential(
    { endpoint, model }: Pick<BeginAsk, 'endpoint' | 'model'>,
    tried: readonly number[],
    now: number,
  ): boolean {
    return this.#poolOf(endpoint.upstream.name).hasOther(model, now, tried);
  }

  /** For what is no generation: any that works. */
  credentialOf(upstream: string, model: string, now: number): number {
    return this.#poolOf(upstream).choose(model, now, []) ?? 0;
  }

  /** After a rotation. */
  renewCredentials(): void {
    for (const [upstream, pool] of this.#pools) pool.replace(this.#credentialsOf(upstream).ids);
  }

  /** Undefined: it was never asked. Of what is asked for seldom, such as pages about endpoints. */
  healthOf(endpoint: Endpoint, now: number): EndpointHealth | undefined {
    const health = this.#healths.get(endpoint.id);
    if (health) this.#look(endpoint, health, now);
    return health;
  }

  /** What is not offered any more is forgotten. */
  keepOnly(models: readonly Model[]): void {
    const offered = new Set(models.flatMap(({ endpoints }) => endpoints.map(({ id }) => id)));
    this.#offered = offered;
    for (const id of this.#healths.keys()) if (!offered.has(id)) this.#healths.delete(id);
    this.#edition += 1;
  }

  /** What is new of endpoints since the last time: of each at most once a second, and seldom where little changes. */
  takeFindings(now: number): readonly Finding[] {
    const found: Finding[] = [];
    for (const [endpoint, health] of this.#healths) {
      if (found.length >= findingsMax) break;
      if (health.takeIsTold(now)) found.push({ endpoint, ...health.finding() });
    }
    return found;
  }

  takeHint({ endpoint, ...finding }: Finding, now: number): void {
    if (this.#offered?.has(endpoint) === false) return;
    this.#healthOf(endpoint).takeHint(finding, now);
  }

  credentialsOut(now: number): number {
    let out = 0;
    for (const pool of this.#pools.values()) out += pool.outAt(now);
    return out;
  }

  /** Endpoints in an outage. */
  get out(): number {
    let out = 0;
    for (const health of this.#healths.values()) if (health.isOut) out += 1;
    return out;
  }

  /** Each is told once. */
  takeNews(): readonly HealthNews[] {
    const news = this.#news;
    if (news.length > 0) this.#news = [];
    return news;
  }

  #look(endpoint: Endpoint, health: EndpointHealth, now: number): void {
    this.#looks += 1;
    health.refresh(now, this.#poolOf(endpoint.upstream.name).stateFor(endpoint.upstreamModel, now));
    const change = health.takeChange();
    if (change) this.#tell({ kind: change.kind, endpoint: endpoint.id, why: change.why });
  }

  #tellCredential(
    kind: 'credential-out' | 'credential-back',
    { upstream }: Endpoint,
    credential: number,
    why: string,
  ): void {
    this.#tell({ kind, upstream: upstream.name, credential, why });
  }

  #tell(news: HealthNews): void {
    if (this.#news.length < newsMax) this.#news.push(news);
  }

  #boardOf(model: Model): Board {
    const healths = model.endpoints.map(({ id }) => this.#healths.get(id));
    return {
      healths,
      facts: healths.map((health) => health?.facts ?? newcomer),
      edition: this.#edition,
      lookedAt: Number.NEGATIVE_INFINITY,
      looks: this.#looks,
    };
  }

  #healthOf(id: string): EndpointHealth {
    const known = this.#healths.get(id);
    if (known) return known;
    const made = new EndpointHealth(this.#pace);
    this.#healths.set(id, made);
    this.#edition += 1;
    return made;
  }

  #poolOf(upstream: string): CredentialPool {
    const known = this.#pools.get(upstream);
    if (known) return known;
    const made = new CredentialPool(this.#pace, this.#credentialsOf(upstream));
    this.#pools.set(upstream, made);
    return made;
  }
}

const newcomer = newEndpointFacts();

/** Without a credential a refusal is the endpoint's; a name that the caller made up is nobody's. */
function whoseHarm(harm: Harm, { upstreamModel }: Endpoint, { isAnonymous }: CredentialPool): Harm {
  if (isAnonymous && (harm === 'credential-refused' || harm === 'credential-unpaid')) return 'endpoint';
  return harm === 'model-missing' && upstreamModel === anyModel ? 'none' : harm;
}

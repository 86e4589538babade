import type { Disclosure } from '#core/routing/disclosure.ts';
import type { CommandOutcome, RunCommand } from '../command-link.ts';

// What the public pages show: what is offered, how it is, what changed. Anybody asks, so each answer is kept for a moment.

export type OfferedEndpoint = {
  /** `<public model>@<upstream>`. */
  readonly id: string;
  readonly provider: string;
  readonly seller: string;
  readonly type: string;
  readonly region: string;
  readonly protocols: readonly string[];
  readonly quantization: string;
  readonly data: {
    readonly retention_days: number | 'unknown';
    readonly trains: boolean | 'unknown';
    readonly source: string;
    readonly checked: string;
  };
  /** Why no request goes there: what it does with data is not accepted. Null: requests do. */
  readonly refused: string | null;
  readonly disclosure: Disclosure;
  /** US dollars per million, per one for requests, images and seconds. */
  readonly price: OfferedPrice;
  /** Milliseconds since 1970; null: it works. */
  readonly out_until: number | null;
  /** Of the last 24 hours, from the usage log; null: too few to say. */
  readonly latency: object | null;
  /** Medians of the last 30 minutes; null: too few to say. */
  readonly first_content_ms: number | null;
  readonly tokens_per_second: number | null;
};

export type OfferedPrice = Readonly<Record<string, unknown>> & { readonly input?: string; readonly output?: string };

export type OfferedModel = {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly context: number;
  readonly max_output: number;
  /** Null: nobody said. */
  readonly supports: readonly string[] | null;
  readonly endpoints: readonly OfferedEndpoint[];
};

export type Offer = {
  readonly at: number;
  readonly operator: {
    readonly name: string | null;
    readonly contact: string | null;
    readonly public_url: string | null;
  };
  /** What the type labels mean. */
  readonly types: Readonly<Record<string, string>>;
  readonly models: readonly OfferedModel[];
};

export type Change = {
  readonly place: number;
  readonly at: string;
  readonly kind: string;
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
};

/** One UTC day of an endpoint. `answered`: the share of requests that others did not break; null: too few to say. */
export type StatusDay = { readonly day: string; readonly answered: number | null };

export type EndpointStatus = {
  readonly id: string;
  readonly state: 'working' | 'out';
  readonly first_content_ms: number | null;
  readonly days: readonly StatusDay[];
  readonly answered: number | null;
  /** At least so many requests stand behind it, as a round number: what customers do is not told exactly. */
  readonly requests_at_least: number;
};

export type StatusView = {
  readonly state: 'working' | 'some-out' | 'out';
  readonly endpoints: readonly EndpointStatus[];
};

/** A view; or the sentence why not now. */
type Told<View> = Promise<View | string>;

const keptMs = 2_000;
const statusKeptMs = 30_000;
const dayMs = 86_400_000;
const daysShown = 30;
/** Fewer would tell more of one customer than of an endpoint. */
const requestsMin = 100;
const changesMax = 100;

export class SiteDesk {
  readonly #offer: () => Told<Offer>;
  readonly #status: () => Told<StatusView>;
  readonly #changes: () => Told<readonly Change[]>;

  constructor(command: RunCommand, now: () => number) {
    this.#offer = kept(async () => toldBy<Offer>(await command('offer', {})), now, keptMs);
    this.#changes = kept(() => readChanges(command), now, keptMs);
    this.#status = kept(async () => await readStatus(this.#offer, command, now), now, statusKeptMs);
  }

  /** Models whose names a caller completes are no entries of a list. */
  async offer(): Told<Offer> {
    const offer = await this.#offer();
    if (typeof offer === 'string') return offer;
    return { ...offer, models: offer.models.filter(({ id, endpoints }) => !id.endsWith('*') && endpoints.length > 0) };
  }

  status(): Told<StatusView> {
    return this.#status();
  }

  /** The newest first. */
  changes(): Told<readonly Change[]> {
    return this.#changes();
  }
}

/** Who asks meanwhile gets the same answer; one that was refused is asked anew. */
function kept<View>(make: () => Told<View>, now: () => number, ms: number): () => Told<View> {
  let last: Told<View> | undefined;
  let until = 0;
  return () => {
    if (last && now() < until) return last;
    until = now() + ms;
    last = make();
    last.then(
      (told) => {
        if (typeof told === 'string') until = 0;
      },
      () => {
        until = 0;
      },
    );
    return last;
  };
}

/** The keeper's commands give these. */
function toldBy<View>(outcome: CommandOutcome): View | string {
  return 'refused' in outcome ? outcome.refused : (outcome.value as View);
}

type UsageRow = {
  readonly day: string;
  readonly endpoint: string | null;
  readonly requests: number;
  readonly failed: number;
};

async function readStatus(offered: () => Told<Offer>, command: RunCommand, now: () => number): Told<StatusView> {
  const offer = await offered();
  if (typeof offer === 'string') return offer;
  const rows = toldBy<readonly UsageRow[]>(await command('endpoint-days', {}));
  if (typeof rows === 'string') return rows;
  const today = Math.floor(now() / dayMs);
  const days = Array.from({ length: daysShown }, (_, index) =>
    new Date((today - daysShown + 1 + index) * dayMs).toISOString().slice(0, 10),
  );
  const endpoints = offer.models
    .filter(({ id }) => !id.endsWith('*'))
    .flatMap((model) => model.endpoints)
    .map((endpoint) =>
      statusOf(
        endpoint,
        rows.filter((row) => row.endpoint === endpoint.id),
        { days, now: now() },
      ),
    );
  const out = endpoints.filter(({ state }) => state === 'out').length;
  return { state: out === 0 ? 'working' : out === endpoints.length ? 'out' : 'some-out', endpoints };
}

function statusOf(
  { id, out_until, first_content_ms }: OfferedEndpoint,
  rows: readonly UsageRow[],
  { days, now }: { readonly days: readonly string[]; readonly now: number },
): EndpointStatus {
  const byDay = new Map(rows.map((row) => [row.day, row]));
  const sum = rows.reduce(
    (all, { requests, failed }) => ({ requests: all.requests + requests, failed: all.failed + failed }),
    {
      requests: 0,
      failed: 0,
    },
  );
  return {
    ...{ id, first_content_ms },
    state: out_until !== null && out_until > now ? 'out' : 'working',
    days: days.map((day) => ({ day, answered: shareOf(byDay.get(day)) })),
    answered: shareOf(sum),
    requests_at_least: sum.requests < requestsMin ? 0 : 10 ** Math.floor(Math.log10(sum.requests)),
  };
}

function shareOf(sum: { readonly requests: number; readonly failed: number } | undefined): number | null {
  if (!sum || sum.requests < requestsMin) return null;
  return Math.floor((1 - sum.failed / sum.requests) * 10_000) / 10_000;
}

async function readChanges(command: RunCommand): Told<readonly Change[]> {
  const head = toldBy<{ readonly size: number } | null>(await command('log-head', {}));
  if (typeof head === 'string') return head;
  if (head === null) return [];
  const from = String(Math.max(0, head.size - changesMax));
  const entries = toldBy<readonly (Omit<Change, 'at'> & { readonly at: number })[]>(
    await command('log-entries', { from }),
  );
  if (typeof entries === 'string') return entries;
  return entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })).reverse();
}

import { randomInt } from 'node:crypto';
import type { CallerCanaries } from './canary-bodies.ts';
import { callerPlaces } from './canary-bodies.ts';
import { type CanarySurface, canarySurfaces } from './canary-surfaces.ts';

/** Tokens that nobody else ever wrote, one for each place of a request; all begin with the run's own letters. */
export type RunCanaries = { readonly stem: string; readonly canaries: CallerCanaries };

const stemLength = 16;
const tokenLength = 32;

/** Small letters alone, so that a token can pass for a code, a name or a word wherever such is taken. */
export function drawCanaries(): RunCanaries {
  const letters = (count: number) =>
    Array.from({ length: count }, () => String.fromCharCode(97 + randomInt(26))).join('');
  const stem = letters(stemLength);
  const tokens = callerPlaces.map((place) => [place, stem + letters(tokenLength - stemLength)]);
  // One for each place, as the type says.
  return { stem, canaries: Object.fromEntries(tokens) as CallerCanaries };
}

export type CallTarget = {
  readonly url: string;
  readonly key: string;
  readonly canaries: CallerCanaries;
  /** Those that answer, and those that fail on purpose: asked in turn. */
  readonly models: readonly string[];
  readonly faults: readonly string[];
  readonly requests: number;
  /** For one answer. */
  readonly patienceMs: number;
};

export type CallsMade = {
  readonly surfaces: number;
  /** By status, `none` where the connection broke: as the provoked faults want it. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Ids of generations that began. */
  readonly generations: readonly string[];
};

const atOnce = 8;

/** All surfaces and models in turn; every other request is streamed. Never rejects. */
export async function callWithCanaries(target: CallTarget): Promise<CallsMade> {
  const outcomes: Record<string, number> = {};
  const generations: string[] = [];
  let next = 0;
  const work = async () => {
    while (next < target.requests) {
      const number = next++;
      const turn = Math.floor(number / 2);
      const surface = canarySurfaces[Math.floor(turn / 2) % canarySurfaces.length];
      const model = modelOf(target, turn);
      if (!surface || model === undefined) return;
      const heard = await callOnce(target, surface, { number, model });
      outcomes[heard.outcome] = (outcomes[heard.outcome] ?? 0) + 1;
      if (heard.generation !== undefined) generations.push(heard.generation);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { surfaces: canarySurfaces.length, outcomes, generations };
}

function modelOf({ models, faults }: CallTarget, turn: number): string | undefined {
  if (faults.length === 0) return models[turn % models.length];
  const half = Math.floor(turn / 2);
  return turn % 2 === 0 ? models[half % models.length] : faults[half % faults.length];
}

async function callOnce(
  { url, key, canaries, patienceMs }: CallTarget,
  surface: CanarySurface,
  { number, model }: { readonly number: number; readonly model: string },
): Promise<{ readonly outcome: string; readonly generation: string | undefined }> {
  const shout = { number, model, canaries };
  const odd = { 'x-title': canaries.header, 'x-request-id': canaries.header, cookie: `a=${canaries.cookie}` };
  let generation: string | undefined;
  try {
    const reply = await fetch(new URL(surface.address(shout), url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-timeout-ms': String(patienceMs),
        ...odd,
        ...surface.headers(key, canaries),
      },
      body: JSON.stringify(surface.body(shout)),
      signal: AbortSignal.timeout(2 * patienceMs),
    });
    generation = reply.headers.get('x-generation-id') ?? undefined;
    await reply.arrayBuffer();
    return { outcome: String(reply.status), generation };
  } catch {
    // Cut off, or late: some of the faults are just that.
    return { outcome: 'none', generation };
  }
}

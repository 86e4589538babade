import { Buffer } from 'node:buffer';
import { type Mutation, mutate, mutationKinds, tokens } from '../properties/mutation.ts';

export type FuzzTarget = {
  readonly corpus: readonly Buffer[];
  /** Knows what the input is made of: most inputs are changed by it, the others byte by byte. */
  readonly change?: Change;
  /** What is timed. */
  readonly work: (input: Buffer) => unknown;
  /** What throws when the work is wrong. */
  readonly judge: (input: Buffer, random: () => number) => void;
  readonly seconds: number;
  readonly seed: number;
};

/** Changes `base`, perhaps with pieces of the other. */
export type Change = (base: Buffer, other: Buffer, random: () => number) => Buffer;

export type FuzzResult = {
  readonly inputs: number;
  readonly bytes: number;
  readonly slowest: { readonly ms: number; readonly bytes: number };
};

const blockBytes = 64 * 1024;
const blockMsMax = 100;
const inputBytesMax = 4 * blockBytes;

/** Changes the corpus at random until the time is over; what passes joins the corpus for further changes. */
export function fuzz({ corpus, change, work, judge, seconds, seed }: FuzzTarget): FuzzResult {
  const random = mulberry32(seed);
  const pool = [...corpus];
  const end = performance.now() + seconds * 1000;
  let inputs = 0;
  let bytes = 0;
  let slowest = { ms: 0, bytes: 0 };
  for (; performance.now() < end; inputs++) {
    const input = nextInput(pool, change, random);
    try {
      const ms = quickest(input, work);
      if (ms > slowest.ms) slowest = { ms, bytes: input.length };
      if (ms > blockMsMax * Math.max(1, input.length / blockBytes)) throw new RangeError(`took ${ms.toFixed(0)} ms`);
      judge(input, random);
    } catch (cause) {
      const shown = input.toString('base64').slice(0, 2_000);
      const why = cause instanceof Error ? cause.message.slice(0, 200) : String(cause);
      throw new Error(`input ${inputs} of seed ${seed} fails (${why}), in base64: ${shown}`, { cause });
    }
    bytes += input.length;
    if (random() >= 0.05) continue;
    if (pool.length < 2 * corpus.length) pool.push(input);
    else pool[corpus.length + Math.floor(random() * corpus.length)] = input;
  }
  return { inputs, bytes, slowest };
}

/** `--seconds N` and `--seed N`, or what the test runner hands over. */
export function readFuzzArguments(): { readonly seconds: number; readonly seed: number } {
  const given = (name: string) => {
    const at = process.argv.indexOf(`--${name}`);
    return at >= 0 ? process.argv[at + 1] : process.env[`FAIRLEAD_TEST_${name.toUpperCase()}`];
  };
  const seconds = Number(given('seconds') ?? 30);
  const seed = Number(given('seed') ?? Date.now() % 0x7fffffff);
  if (!(seconds > 0) || !Number.isInteger(seed)) throw new RangeError('--seconds and --seed are numbers');
  return { seconds, seed };
}

function nextInput(pool: readonly Buffer[], change: Change | undefined, random: () => number): Buffer {
  const pick = () => pool[Math.floor(random() * pool.length)] ?? Buffer.from('{}');
  let base = pick();
  if (change && random() < 0.8) {
    const changed = change(base, pick(), random).subarray(0, inputBytesMax);
    if (random() < 0.9) return changed;
    base = changed;
  }
  if (random() < 0.1) base = Buffer.concat([base.subarray(0, random() * base.length), pick()]);
  if (random() < 0.005) base = inflate(base, random);
  const count = Math.floor(random() * 6);
  const changed = mutate(
    base,
    Array.from({ length: count }, () => nextMutation(random)),
  );
  return changed.subarray(0, inputBytesMax);
}

/** Repeats a part many times, as an attacker would who looks for work that grows faster than the input. */
function inflate(base: Buffer, random: () => number): Buffer {
  const from = Math.floor(random() * base.length);
  const part = base.subarray(from, from + 1 + Math.floor(random() * 64));
  if (part.length === 0) return base;
  const times = Math.floor((random() * inputBytesMax) / part.length);
  return Buffer.concat([base.subarray(0, from), ...Array.from({ length: times }, () => part), base.subarray(from)]);
}

function nextMutation(random: () => number): Mutation {
  const kind = mutationKinds[Math.floor(random() * mutationKinds.length)] ?? 'insert';
  const token = Math.floor(random() * (tokens.length + 256));
  return { kind, place: random(), length: Math.floor(random() ** 3 * 40), token };
}

/** Milliseconds of this thread's processor time. A busy machine is not the scanner's: what seems slow is tried again. */
function quickest(input: Buffer, work: (input: Buffer) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = process.threadCpuUsage();
    work(input);
    const { user, system } = process.threadCpuUsage(start);
    best = Math.min(best, (user + system) / 1_000);
    if (best < 5) break;
  }
  return best;
}

/** A small generator of repeatable numbers, 0 to 1. https://github.com/cprosche/mulberry32 */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

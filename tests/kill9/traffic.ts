import { type Called, callChat, manySockets } from '../support/stream-caller.ts';
import { writeQuestion } from './question.ts';
import type { Random } from './random.ts';

export type Outcome = Called & {
  readonly number: number;
  /** Monotonic milliseconds. */
  readonly askedAt: number;
  readonly isBeforeKill: boolean;
};

export type Traffic = {
  readonly outcomes: readonly Outcome[];
  readonly open: number;
  /** From now on what breaks was broken by the kill, and nothing is replaced. */
  killComes(): void;
  /** Every caller has an outcome. */
  over(): Promise<void>;
};

type Models = readonly [string, ...string[]];

/** What the simulator calls them: milliseconds between words, and words. Streams of 0.2 to 2 seconds. */
const streams: Models = ['pace-5-40', 'pace-10-60', 'pace-20-50', 'pace-40-50'];

/** Answers of no length, so that the kill also meets ends on their way to disk, caller and books. */
const sprints: Models = ['fill-1', 'fill-20', 'pace-1-5'];

export const models: readonly string[] = [...streams, ...sprints];

export type TrafficOptions = {
  readonly url: string;
  readonly key: string;
  readonly streams: number;
  readonly sprints: number;
  readonly random: Random;
};

/** Callers that ask without a pause: each answer that came to its end is followed by the next question at once. */
export function startTraffic(options: TrafficOptions): Traffic {
  const agent = manySockets();
  const outcomes: Outcome[] = [];
  let isKilled = false;
  let open = 0;
  let asked = 0;
  const call = async (from: Models) => {
    while (!isKilled) {
      open += 1;
      asked += 1;
      const { url, key, random } = options;
      const number = asked;
      const askedAt = performance.now();
      const question = { number, model: random.one(from), stream: random.from(1, 3) > 1, wantsUsage: number % 2 === 0 };
      const called = await callChat({ url, key, agent, body: writeQuestion(question) });
      open -= 1;
      outcomes.push({ ...called, number, askedAt, isBeforeKill: !isKilled });
    }
  };
  const callers = (count: number, from: Models) => Array.from({ length: count }, () => call(from));
  const all = Promise.all([...callers(options.streams, streams), ...callers(options.sprints, sprints)]);
  return {
    outcomes,
    get open() {
      return open;
    },
    killComes() {
      isKilled = true;
    },
    over: () => all.then(() => agent.destroy()),
  };
}

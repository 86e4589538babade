import type { Call } from './answer-call.ts';
import type { Asked } from './asked.ts';
import type { Dialect } from './dialect.ts';

/** Where a question in one dialect is asked. */
export type Surface = {
  readonly dialect: Speaker;
  /** POST, unless it says more. */
  readonly methods?: readonly string[];
  hasKey(asked: Asked): boolean;
  answer(call: Call, asked: Asked): Promise<void>;
};

/** As much of a dialect as a refusal needs. */
export type Speaker = Pick<Dialect, 'refuse' | 'writeHeaders' | 'errorType'>;

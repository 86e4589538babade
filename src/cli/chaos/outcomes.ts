/** What must come of a fault when no other endpoint can help; written from the contract and the money table, not from our code. */
export type Outcome =
  /** The answer is good: its words, how its usage is known, and what for it bills. */
  | {
      readonly kind: 'answer';
      readonly words: number;
      readonly billed: number;
      readonly source: 'reported' | 'estimated';
      readonly end: 'completed' | 'filtered';
    }
  /** Seen before the first word: another endpoint can take over, unless it is the caller's own doing. */
  | {
      readonly kind: 'before';
      readonly fault: BeforeFault;
      /** Which of two deadlines passes first is the machine's to say. */
      readonly or?: BeforeFault;
      readonly failsOver: boolean;
      /** It takes so long to see that a heartbeat has sent the head of a stream. */
      readonly isSlow: boolean;
    }
  /** Seen after the first word. */
  | {
      readonly kind: 'after';
      readonly fault: 'stream_cut' | 'stream_stalled';
      readonly end: 'upstream_cut' | 'stalled';
    };

export type BeforeFault = 'upstream_unavailable' | 'upstream_overloaded' | 'upstream_timeout' | 'upstream_rejected';

/** A fault's answer is sixty words long. */
const wordsOfFault = 60;

export const answer: Outcome = {
  kind: 'answer',
  words: wordsOfFault,
  billed: wordsOfFault,
  source: 'reported',
  end: 'completed',
};
export const estimated: Outcome = { ...answer, source: 'estimated' };
export const cut: Outcome = { kind: 'after', fault: 'stream_cut', end: 'upstream_cut' };
export const stalled: Outcome = { kind: 'after', fault: 'stream_stalled', end: 'stalled' };
export const unavailable: Outcome & { kind: 'before' } = before('upstream_unavailable');
export const overloaded = before('upstream_overloaded');
export const timeout = before('upstream_timeout');
/** Nothing comes for as long as we wait. */
export const never: Outcome = { ...timeout, isSlow: true };
export const rejected: Outcome = { ...before('upstream_rejected'), failsOver: false };

export function words(count: number, billed: number = count): Outcome & { kind: 'answer' } {
  return { kind: 'answer', words: count, billed, source: 'reported', end: 'completed' };
}

export function filtered(count: number): Outcome {
  return { ...words(count), end: 'filtered' };
}

function before(fault: BeforeFault): Outcome & { kind: 'before' } {
  return { kind: 'before', fault, failsOver: true, isSlow: false };
}

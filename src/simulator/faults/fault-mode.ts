import { writeAnswer } from '../openai-chat/answer.ts';
import { jsonType, streamType, withLength, writeHeaders } from '../openai-chat/heads.ts';
import { writeEvent, writeStream } from '../openai-chat/stream.ts';
import type { Turn } from '../openai-chat/turn.ts';
import { body, end, type Headers, head, type Step } from '../step.ts';

/** One way in which a provider goes wrong. `<k>` in the name stands for a number from 0 to `numberMax`. */
export type FaultMode = {
  readonly mode: string;
  readonly what: string;
  readonly numberMax?: number;
  readonly play: (call: FaultCall) => Iterable<Step>;
};

export type FaultCall = {
  readonly turn: Turn;
  readonly number: number;
  /** For the fault that comes and goes. */
  readonly trips: () => boolean;
  /** Where the simulator itself is reached. */
  readonly origin: string;
};

/** A part of an answer that a fault may stop after: an event, or a slice of the JSON body. */
export type Unit = { readonly text: string; readonly tokens: number };

const slicesOfBody = 64;

export function unitsOf(turn: Turn): Unit[] {
  if (turn.prompt.stream)
    return Array.from(writeStream(turn), (event) => ({ text: writeEvent(event), tokens: event.tokens }));
  const text = writeAnswer(turn);
  const size = Math.ceil(text.length / slicesOfBody);
  const slices = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => ({
    text: text.slice(index * size, (index + 1) * size),
    tokens: 0,
  }));
  // A JSON body is worth nothing until its last byte.
  return slices.map((slice, index) => (index === slices.length - 1 ? { ...slice, tokens: turn.usage.output } : slice));
}

/** The first `count` units, but never the finish: what follows is always a break in the middle. */
export function firstUnits(turn: Turn, count: number): Unit[] {
  const units = unitsOf(turn);
  const ending = turn.prompt.stream ? (turn.prompt.includeUsage ? 3 : 2) : 1;
  return units.slice(0, Math.min(count, units.length - ending));
}

export function headOf(turn: Turn): Step {
  return head(200, writeHeaders(turn.prompt.stream ? streamType : jsonType));
}

export function sayUnits(units: readonly Unit[]): Step[] {
  return units.map((unit) => body(unit.text, unit.tokens));
}

/** An honest answer of this turn, all of it. */
export function sayAll(turn: Turn): Step[] {
  return [headOf(turn), ...sayUnits(unitsOf(turn)), end];
}

/** A whole reply of known length. */
export function sayBody(status: number, headers: Headers, bytes: string | Uint8Array, tokens = 0): Step[] {
  return [head(status, withLength(headers, bytes), 'plain'), body(bytes, tokens), end];
}

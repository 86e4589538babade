import type { Dialect } from '../dialect.ts';
import { withLength } from '../heads.ts';
import type { Reply } from '../script.ts';
import { body, end, type Headers, head, type Step } from '../step.ts';
import { type StreamEvent, writeEvent } from '../stream-event.ts';
import type { FaultTrouble } from '../trouble.ts';
import type { Turn } from '../turn.ts';
import { billUsage, countUsage } from '../usage.ts';

/** One way in which a provider goes wrong. `<k>` in the name stands for a number from 0 to `numberMax`. */
export type FaultMode = {
  readonly mode: string;
  readonly what: string;
  readonly numberMax?: number;
  readonly play: (call: FaultCall) => Iterable<Step>;
};

/** An answer in its dialect. No fault knows which one it is. */
export type Spoken = { readonly dialect: Dialect; readonly turn: Turn };

export type FaultCall = Spoken & {
  readonly number: number;
  /** For the fault that comes and goes. */
  readonly trips: () => boolean;
  /** The connection has served a question before. */
  readonly isReused: boolean;
  /** This time the fault does not come: it is not counted. */
  readonly spare: () => void;
  /** Where the simulator itself is reached. */
  readonly origin: string;
};

/** A part of an answer that a fault may stop after: an event, or a slice of the JSON body. */
export type Unit = { readonly kind: StreamEvent['kind']; readonly bytes: Buffer; readonly tokens: number };

const slicesOfBody = 64;

export function eventsOf({ dialect, turn }: Spoken): StreamEvent[] {
  return [...dialect.writeStream(turn)];
}

export function unitsOf(spoken: Spoken): Unit[] {
  if (spoken.turn.prompt.stream) return eventsOf(spoken).map((event) => toUnit(spoken, event));
  const slices = sliceText(spoken.dialect.writeAnswer(spoken.turn));
  // A JSON body is worth nothing until its last byte.
  return slices.map((text, index) => ({
    kind: index === slices.length - 1 ? 'done' : 'delta',
    bytes: Buffer.from(text),
    tokens: index === slices.length - 1 ? spoken.turn.usage.output : 0,
  }));
}

/** About as many slices as asked for; none of them ends inside a letter. */
function sliceText(text: string): string[] {
  const size = Math.ceil(text.length / slicesOfBody);
  const slices: string[] = [];
  for (let at = 0; at < text.length; ) {
    const isInside = /[\ud800-\udbff]/.test(text.charAt(at + size - 1));
    const end = at + size + (isInside ? 1 : 0);
    slices.push(text.slice(at, end));
    at = end;
  }
  return slices;
}

export function toUnit({ dialect }: Pick<Spoken, 'dialect'>, event: StreamEvent): Unit {
  return { kind: event.kind, bytes: Buffer.from(writeEvent(event, dialect)), tokens: event.tokens };
}

/** A part of the answer that says nothing of it. */
export function textUnit(text: string): Unit {
  return { kind: 'delta', bytes: Buffer.from(text), tokens: 0 };
}

export function joinUnits(units: readonly Unit[]): Buffer {
  return Buffer.concat(units.map(({ bytes }) => bytes));
}

/** The first `count` units, but never the finish: what follows is always a break in the middle. */
export function firstUnits(spoken: Spoken, count: number): Unit[] {
  const units = unitsOf(spoken);
  const finish = units.findIndex(({ kind }) => kind === 'finish' || kind === 'usage' || kind === 'done');
  return units.slice(0, Math.min(count, finish < 0 ? units.length - 1 : finish));
}

/** What an answer is wrapped in: server-sent events, binary frames, Gemini's JSON list, or nothing but one body. */
export function wrappingOf({ dialect, turn }: Spoken): 'events' | 'frames' | 'list' | 'body' {
  if (!turn.prompt.stream) return 'body';
  if (dialect.writeFrame !== undefined) return 'frames';
  return dialect.typeOf(turn.prompt).startsWith('text/event-stream') ? 'events' : 'list';
}

/** What may stand between two events of this wrapping and says nothing: here that is a comment, there white space. */
export function quietUnit(spoken: Spoken, comment: string): Unit {
  switch (wrappingOf(spoken)) {
    case 'events':
      return textUnit(comment);
    case 'frames':
      // AWS's protocols may begin with one; Converse has no use for it.
      return toUnit(spoken, { kind: 'delta', before: 'initial-response', data: '{}', after: '', tokens: 0 });
    case 'list':
    case 'body':
      return textUnit('\n   \n');
  }
}

export function headOf({ dialect, turn }: Spoken): Step {
  return head(200, dialect.writeHeaders(dialect.typeOf(turn.prompt)));
}

export function sayUnits(units: readonly Unit[]): Step[] {
  return units.map((unit) => body(unit.bytes, unit.tokens));
}

/** An honest answer of this turn, all of it. */
export function sayAll(spoken: Spoken): Step[] {
  return [headOf(spoken), ...sayUnits(unitsOf(spoken)), end];
}

/** A whole reply of known length. */
export function sayBody(status: number, headers: Headers, bytes: string | Uint8Array, tokens = 0): Step[] {
  return [head(status, withLength(headers, bytes), 'plain'), body(bytes, tokens), end];
}

/** An error of the dialect as a whole body, under the status it has or under another. */
export function sayTrouble({ dialect }: Spoken, trouble: FaultTrouble, status = trouble.status): Step[] {
  const refusal = dialect.refuse(trouble);
  return sayBody(status, { ...dialect.writeHeaders(dialect.errorType), ...refusal.headers }, refusal.body);
}

/** The same question with other answers. */
export function answerWith({ dialect, turn }: Spoken, replies: readonly Reply[]): Spoken {
  const usage = countUsage(turn.usage.input, turn.usage.cached, replies);
  return { dialect, turn: { ...turn, replies, usage, bill: billUsage(usage) } };
}

/** The same answer with only its first words. */
export function shorten(spoken: Spoken, words: number): Spoken {
  const [reply] = spoken.turn.replies;
  if (reply === undefined) throw new Error('A turn has at least one reply.');
  return { ...spoken, turn: { ...spoken.turn, replies: [{ ...reply, text: reply.text.slice(0, words) }] } };
}

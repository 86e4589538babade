import type { Prompt } from './prompt.ts';
import type { StreamEvent } from './stream-event.ts';
import type { Refusal, Trouble } from './trouble.ts';
import type { Turn } from './turn.ts';

/**
 * One way to ask and to answer. Models, counting and faults know no dialect: they ask it for text or for a list of
 * events, and cut, garble and delay those. What a dialect reads beyond `Prompt` it keeps in a `P` of its own.
 */
export type Dialect<P extends Prompt = Prompt> = {
  /** As the log names it. */
  readonly protocol: string;
  readonly jsonType: string;
  readonly errorType: string;
  /** The type of an honest answer to this prompt. Faults take all that begins with `text/event-stream` as such. */
  typeOf(prompt: P): string;
  writeHeaders(contentType: string, inputTokens?: number): Record<string, string>;
  readRequest(bytes: Buffer): P | Refusal;
  /** Where one request asks several things, each with answers of its own. */
  split?(prompt: P): readonly P[];
  /** Where an answer is no words. */
  outputTokens?(prompt: P): number;
  refuse(trouble: Trouble): Refusal;
  /** The whole answer as one JSON body. It must do without replies, too (`empty-choices`). */
  writeAnswer(turn: Turn<P>): string;
  /** Where an honest answer is bytes and no text. */
  writeBytes?(turn: Turn<P>): Iterable<{ readonly bytes: Uint8Array; readonly tokens: number }>;
  /** The events of an honest stream; the same demands. */
  writeStream(turn: Turn<P>): Iterable<StreamEvent>;
  /** Where events are binary frames and no text: the bytes of one. Its `before` is then its name. */
  writeFrame?(event: StreamEvent): Uint8Array;
  /** An event that says nothing. */
  blankEvent(turn: Turn<P>): StreamEvent;
  /** The end once more: the terminal event, or the finish where there is none. */
  endAgain(turn: Turn<P>): StreamEvent;
  /** A failure told inside a stream, or as the first thing in it. */
  errorEvent(turn: Turn<P>, trouble: Trouble, isFirst: boolean): StreamEvent;
};

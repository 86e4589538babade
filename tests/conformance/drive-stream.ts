import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import type { EventFacts, Protocol, ReplyAbout } from '#core/protocol/protocol.ts';
import { type SseEvent, SseSplitter } from '#core/protocol/sse.ts';
import { generation } from './ask.ts';

/** The events of a stream that comes in these pieces. What a missing blank line left over is taken as an event. */
function readEvents(pieces: readonly Uint8Array[]): SseEvent[] {
  const splitter = new SseSplitter();
  const events: SseEvent[] = [];
  for (const piece of pieces) events.push(...splitter.push(piece).events);
  if (splitter.pendingBytes > 0) events.push(...splitter.push(Buffer.from('\n\n')).events);
  return events;
}

/** The bytes that go on to a caller of the same dialect: the events as they stand in the stream, and what is left. */
export function passOn(pieces: readonly Uint8Array[]): Buffer {
  const splitter = new SseSplitter();
  const passed: Uint8Array[] = [];
  for (const piece of pieces) {
    const { buffer, events } = splitter.push(piece);
    passed.push(...events.map(({ start, end }) => buffer.slice(start, end)));
  }
  return Buffer.concat([...passed, splitter.rest()]);
}

export type Translated = { readonly text: string; readonly error: string | undefined };

/** A stream of one dialect as its caller of another one gets it. */
export function translateStream(options: {
  readonly source: Protocol;
  readonly target: Protocol;
  readonly pieces: readonly Uint8Array[];
  readonly about: ReplyAbout;
}): Translated {
  const decoder = options.source.openDecoder({ generation, toolNames: new Map() });
  const encoder = options.target.openEncoder(options.about);
  let text = '';
  let hasFinish = false;
  for (const sseEvent of readEvents(options.pieces)) {
    for (const event of decoder.decode(sseEvent)) {
      if (event.kind === 'finish' || event.kind === 'end') hasFinish = true;
      if (event.kind === 'error') {
        const fault = new Fault('stream-cut', {});
        return { text: text + encoder.fault(fault), error: event.code };
      }
      text += encoder.encode(event);
    }
  }
  if (hasFinish) return { text: text + encoder.end(), error: undefined };
  return { text: text + encoder.fault(new Fault('stream-cut', {})), error: 'cut' };
}

/** What `read` finds in a stream, over all its events. */
export type StreamFacts = {
  hasContent: boolean;
  outputBytes: number;
  finish: EventFacts['finish'];
  usage: EventFacts['usage'];
  error: string | undefined;
  /** Content after an event that was said to be the last. */
  goesOnAfterEnd: boolean;
  hasTerminal: boolean;
  end: string;
};

export function readStreamFacts(protocol: Protocol, pieces: readonly Uint8Array[]): StreamFacts {
  const stream = protocol.openStream({ generation, choices: 1 });
  const found: StreamFacts = {
    hasContent: false,
    outputBytes: 0,
    finish: undefined,
    usage: undefined,
    error: undefined,
    goesOnAfterEnd: false,
    hasTerminal: false,
    end: '',
  };
  for (const event of readEvents(pieces)) {
    const facts = stream.read(event);
    if (found.hasTerminal && (facts.hasContent || facts.usage || facts.finish)) found.goesOnAfterEnd = true;
    found.hasContent ||= facts.hasContent;
    found.outputBytes += facts.outputBytes;
    found.finish ??= facts.finish;
    found.usage = facts.usage ?? found.usage;
    found.error ??= facts.error;
    found.hasTerminal ||= facts.isTerminal;
  }
  found.end = stream.end();
  return found;
}

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { type SseEvent, SseSplitter } from '#core/protocol/sse.ts';

// The specification's own words as a program that has the whole stream at hand and does not care for speed.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

export type PlainEvent = { readonly name: string | null; readonly data: string | null };

export function readEventStream(stream: Uint8Array): readonly PlainEvent[] {
  // Each character is one byte here, so that broken UTF-8 stays what it is.
  const text = Buffer.from(stream)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  const lines = text.split(/\r\n|\n|\r/);
  lines.pop();
  const events: PlainEvent[] = [];
  let name = '';
  let data: string[] = [];
  for (const line of lines) {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (line === '') {
      const decoded = Buffer.from(name, 'latin1').toString('utf8');
      events.push({ name: decoded === '' ? null : decoded, data: data.length > 0 ? data.join('\n') : null });
      name = '';
      data = [];
    } else if (field === 'data') data.push(value ?? '');
    else if (field === 'event') name = value ?? '';
  }
  return events;
}

/** Fails unless these pieces of a stream give the specification's events and make the stream again. */
export function judgeSplit(stream: Uint8Array, pieces: readonly Uint8Array[]): void {
  const before = Buffer.from(stream);
  const { events, bytes, rest } = splitInPieces(new SseSplitter(), pieces);
  assert.deepEqual(events, readEventStream(stream));
  assert.ok(bytes.equals(before), 'the bytes differ');
  assert.ok(before.equals(stream), 'the pieces were written to');
  // What is left has no blank line: at most the second half of the last line end, then one unfinished event. The
  // comment before it stands for that event's stream, in which a byte order mark would be no longer at the start.
  const unfinished = Buffer.concat([Buffer.from(':\n'), rest.subarray(rest[0] === 0x0a ? 1 : 0)]);
  assert.equal(readEventStream(unfinished).length, 0);
}

export type SplitStream = { readonly events: readonly PlainEvent[]; readonly bytes: Buffer; readonly rest: Buffer };

/** What the splitter makes of a stream that comes in these pieces. */
export function splitInPieces(splitter: SseSplitter, pieces: readonly Uint8Array[]): SplitStream {
  const events: PlainEvent[] = [];
  const forwarded: Uint8Array[] = [];
  for (const piece of pieces) {
    const batch = splitter.push(piece);
    for (const event of batch.events) {
      forwarded.push(batch.buffer.subarray(event.start, event.end));
      events.push(plain(event));
    }
  }
  const rest = Buffer.from(splitter.rest());
  return { events, bytes: Buffer.concat([...forwarded, rest]), rest };
}

/** Cuts bytes at places given as parts of the length; equal places make empty pieces. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const cuts = places.map((place) => Math.floor(place * (bytes.length + 1))).sort((a, b) => a - b);
  return [0, ...cuts].map((from, k) => bytes.subarray(from, cuts[k] ?? bytes.length));
}

function plain({ name, data }: SseEvent): PlainEvent {
  return { name, data: data === null ? null : Buffer.from(data).toString('latin1') };
}

import { Buffer } from 'node:buffer';
import { type EventFrame, EventStreamReader } from './event-stream.ts';
import { readString, scanJsonObject } from './json-scan.ts';
import { fieldOf, parseForeignObject, textOf } from './json-value.ts';
import type { SseBatch, SseEvent } from './sse.ts';

/**
 * An AWS event stream as server-sent events, so that whoever reads and passes on streams knows one kind of them. The
 * JSON of an event keeps its bytes. A `chunk` of Bedrock's invoke holds one event of the model's own dialect, named by
 * its `type`; all other events keep their own name. An exception becomes `event: error` in closed words.
 */
export class EventStreamSplitter {
  readonly #reader = new EventStreamReader();

  push(bytes: Uint8Array): SseBatch {
    const events: SseEvent[] = [];
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (const frame of this.#reader.push(bytes)) {
      const event = eventOf(frame);
      if (!event) continue;
      const head = Buffer.from(event.name === null ? 'data: ' : `event: ${event.name}\ndata: `);
      const data = onOneLine(event.data);
      const end = at + head.length + data.length + 2;
      pieces.push(head, data, blankLine);
      events.push({ start: at, end, name: event.name, data });
      at = end;
    }
    return { buffer: Buffer.concat(pieces, at), events };
  }
}

const blankLine = Buffer.from('\n\n');

type NamedData = { readonly name: string | null; readonly data: Uint8Array };

function eventOf({ headers, payload }: EventFrame): NamedData | undefined {
  switch (headers.get(':message-type')) {
    case 'event': {
      const name = headers.get(':event-type') ?? '';
      return name === 'chunk' ? innerEvent(payload) : { name: nameOf(name), data: payload };
    }
    case 'exception':
      return errorEvent(headers.get(':exception-type'));
    case 'error':
      return errorEvent(headers.get(':error-code'));
    default:
      return undefined;
  }
}

/** What a chunk holds, in base64; one that holds nothing is no event. */
function innerEvent(payload: Uint8Array): NamedData | undefined {
  const text = textOf(fieldOf(parseForeignObject(payload), 'bytes'));
  if (text === undefined || text === '') return undefined;
  const data = Buffer.from(text, 'base64');
  const scan = scanJsonObject(data, typeField);
  const type = scan.ok ? scan.fields.get('type') : undefined;
  return { name: type?.kind === 'string' ? nameOf(readString(data, type)) : null, data };
}

const typeField = new Set(['type']);

/** A name that could break out of its line is none. */
function nameOf(name: string): string | null {
  return /^[A-Za-z][A-Za-z_.]{0,63}$/.test(name) ? name : null;
}

/** Raw line ends stand between the tokens of JSON alone, where a blank says the same. */
function onOneLine(data: Uint8Array): Uint8Array {
  if (!data.includes(0x0a) && !data.includes(0x0d)) return data;
  return data.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte));
}

/** AWS's exceptions in the words that Anthropic has for them, whatever their case and with or without the last word. */
const words: Readonly<Record<string, string>> = {
  throttling: 'rate_limit_error',
  modelnotready: 'rate_limit_error',
  servicequotaexceeded: 'rate_limit_error',
  serviceunavailable: 'overloaded_error',
  modeltimeout: 'timeout_error',
  validation: 'invalid_request_error',
  accessdenied: 'permission_error',
  unrecognizedclient: 'authentication_error',
  resourcenotfound: 'not_found_error',
};

/** A closed word for an exception's name, such as `ThrottlingException`. */
export function exceptionWord(name: string | undefined): string {
  const bare = (name ?? '')
    .replace(/[:#].*$/, '')
    .replace(/Exception$/i, '')
    .toLowerCase();
  return Object.hasOwn(words, bare) ? (words[bare] ?? 'api_error') : 'api_error';
}

/** Without the exception's own message, which may quote content. */
function errorEvent(exception: string | undefined): NamedData {
  const error = { type: 'error', error: { type: exceptionWord(exception), message: '' } };
  return { name: 'error', data: Buffer.from(JSON.stringify(error)) };
}

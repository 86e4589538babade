import { Buffer } from 'node:buffer';
import type { Fault } from '#core/generation/fault.ts';
import { readNumber, readString, scanJsonObject, scanNested } from '../json-scan.ts';
import { fieldOf, parseForeignObject } from '../json-value.ts';
import type { EventFacts, LimitEnd, ProtocolStream, StreamAbout } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { encodeBrokenStream, encodeLimitedStream, unseenResponse } from './encode-fault.ts';
import { errorCodeOf } from './error-code.ts';
import { decodeFinish, hasCalls, isCall } from './finish-reason.ts';
import { type Fields, nestedText } from './json-list.ts';
import { OutputTally } from './output-tally.ts';
import { usageOf } from './usage.ts';

const silent: EventFacts = {
  hasContent: false,
  outputBytes: 0,
  finish: undefined,
  usage: undefined,
  isUsageOnly: false,
  isTerminal: false,
  error: undefined,
};

const malformed: EventFacts = { ...silent, isMalformed: true };

const eventFields: ReadonlySet<string> = new Set([
  'type',
  'sequence_number',
  'response',
  'error',
  'delta',
  'output_index',
  'content_index',
  'summary_index',
  'text',
  'refusal',
  'arguments',
  'input',
]);
const responseFields: ReadonlySet<string> = new Set(['id', 'created_at', 'model']);
/** Upstreams nest far less; JSON.parse, which some events need, does not bear much more. */
const depthMax = 256;

/** Texts that are told whole after their deltas, or instead of them. */
const wholeTexts: Readonly<Record<string, string>> = {
  'response.output_text.done': 'text',
  'response.refusal.done': 'refusal',
  'response.reasoning_text.done': 'text',
  'response.reasoning_summary_text.done': 'text',
  'response.function_call_arguments.done': 'arguments',
  'response.custom_tool_call_input.done': 'input',
};

/** A stream that goes on to a caller of this dialect. It knows the last number, so that a fault can have the next. */
export class ResponsesStream implements ProtocolStream {
  readonly #tally = new OutputTally();
  #response: { id: string; createdAt: number; model: string };
  #sequence = -1;
  #hasCalls = false;
  #objectId: string | undefined;

  constructor({ generation }: StreamAbout) {
    this.#response = unseenResponse(generation);
  }

  get objectId(): string | undefined {
    return this.#objectId;
  }

  read(event: SseEvent): EventFacts {
    const before = this.#sequence;
    const facts = this.#read(event);
    // An event that tells of an error is not passed on, so its number is free.
    if (facts.error !== undefined) this.#sequence = before;
    return facts;
  }

  #read({ data }: SseEvent): EventFacts {
    if (data === null || data.length === 0) return silent;
    // Some upstreams end with chat's word; a stream is over when its own terminal event has come.
    if (data[0] === 0x5b && data.length === 6) return silent;
    const scan = scanJsonObject(data, eventFields, depthMax);
    if (!scan.ok) return malformed;
    const { fields } = scan;
    const sequence = numberAt(data, fields, 'sequence_number');
    this.#sequence = Number.isSafeInteger(sequence) ? Math.max(0, sequence) : this.#sequence + 1;
    // Some upstreams send no `event:` line, so the data alone says what it is.
    const type = nestedText(data, fields, 'type') ?? '';
    if (type.endsWith('.delta')) return this.#readDelta(data, fields, type);
    const whole = Object.hasOwn(wholeTexts, type) ? wholeTexts[type] : undefined;
    if (whole !== undefined) return this.#readWholeText(data, fields, { type, field: whole });
    return this.#readOther(data, fields, type);
  }

  /** Without its terminal event a stream is cut: nothing to add. */
  end(): string {
    return '';
  }

  fault(fault: Fault): string {
    return encodeBrokenStream(fault, { ...this.#response, sequence: this.#sequence + 1 });
  }

  endAtLimit({ usage }: LimitEnd): string {
    return encodeLimitedStream(usage, { ...this.#response, sequence: this.#sequence + 1 });
  }

  #readDelta(data: Uint8Array, fields: Fields, type: string): EventFacts {
    const delta = fields.get('delta');
    const bytes = delta?.kind === 'string' ? textBytes(data, fields, 'delta') : 0;
    if (bytes === 0) return silent;
    this.#tally.addDelta(indexOf(data, fields), textKey(data, fields, type), bytes);
    return { ...silent, hasContent: true, outputBytes: bytes };
  }

  #readWholeText(data: Uint8Array, fields: Fields, { type, field }: { type: string; field: string }): EventFacts {
    const key = textKey(data, fields, type);
    return content(this.#tally.addText(indexOf(data, fields), key, textBytes(data, fields, field)));
  }

  #readOther(data: Uint8Array, fields: Fields, type: string): EventFacts {
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        this.#note(data, fields);
        return silent;
      case 'response.output_item.added':
      case 'response.output_item.done': {
        const item = fieldOf(parseForeignObject(data), 'item');
        if (isCall(fieldOf(item, 'type'))) this.#hasCalls = true;
        return content(this.#tally.addItem(indexOf(data, fields), item));
      }
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        this.#note(data, fields);
        return this.#readTerminal(data, type);
      default: {
        const error = fields.get('error');
        if (type !== 'error' && (error === undefined || error.kind === 'null')) return silent;
        const event = parseForeignObject(data);
        const told = fieldOf(event, 'error');
        return { ...silent, error: errorCodeOf(told ?? event) };
      }
    }
  }

  #readTerminal(data: Uint8Array, type: string): EventFacts {
    const response = fieldOf(parseForeignObject(data), 'response');
    const output = fieldOf(response, 'output');
    const status = fieldOf(response, 'status') ?? type.slice('response.'.length);
    const facts = {
      ...content(this.#tally.addOutput(output)),
      usage: usageOf(response),
      isTerminal: true,
    };
    if (type === 'response.failed') return { ...facts, error: errorCodeOf(fieldOf(response, 'error')) };
    const details = fieldOf(response, 'incomplete_details');
    const finish = decodeFinish({ status, incomplete_details: details }, this.#hasCalls || hasCalls(output));
    return { ...facts, finish: finish ?? 'other' };
  }

  /** What a fault must repeat. */
  #note(data: Uint8Array, fields: Fields): void {
    const response = fields.get('response');
    if (!response) return;
    const told = scanNested(data, response, responseFields);
    const createdAt = numberAt(data, told, 'created_at');
    this.#objectId = nestedText(data, told, 'id') ?? this.#objectId;
    this.#response = {
      id: nestedText(data, told, 'id') ?? this.#response.id,
      createdAt: Number.isFinite(createdAt) ? createdAt : this.#response.createdAt,
      model: nestedText(data, told, 'model') ?? this.#response.model,
    };
  }
}

function content(bytes: number): EventFacts {
  return bytes === 0 ? silent : { ...silent, hasContent: true, outputBytes: bytes };
}

function numberAt(data: Uint8Array, fields: Fields, name: string): number {
  const field = fields.get(name);
  return field?.kind === 'number' ? readNumber(data, field) : Number.NaN;
}

/** Upstreams that number nothing have one of everything. */
function indexOf(data: Uint8Array, fields: Fields): number {
  const index = numberAt(data, fields, 'output_index');
  return Number.isSafeInteger(index) ? index : 0;
}

/** A text within its item: what kind it is, and which of them. */
function textKey(data: Uint8Array, fields: Fields, type: string): string {
  const name = fields.has('summary_index') ? 'summary_index' : 'content_index';
  return `${type.slice(0, type.lastIndexOf('.'))}/${numberAt(data, fields, name)}`;
}

function textBytes(data: Uint8Array, fields: Fields, name: string): number {
  const field = fields.get(name);
  if (field?.kind !== 'string') return 0;
  for (let i = field.start; i < field.end; i++) {
    if (data[i] === 0x5c) return Buffer.byteLength(readString(data, field));
  }
  return field.end - field.start - 2;
}

import { Fault } from '#core/generation/fault.ts';
import { type FieldSpan, readNumber, readString, scanJsonObject, scanNested } from '../json-scan.ts';
import type { Media } from '../openai-chat/measure-media.ts';
import type { RequestFacts } from '../protocol.ts';
import type { Fields } from './fields.ts';

const scanSentences = {
  empty: 'the body is empty',
  invalid: 'the body is not valid JSON',
  'too-deep': 'the body is nested more than 64 deep',
  'not-an-object': 'the body is not a JSON object',
  'duplicate-field': 'a field stands twice in the body',
} as const;

const textBytesMax = 1024;

type Span = { readonly start: number; readonly end: number };

/** The wanted members of a caller's body. A member that is null counts as absent: SDKs send null for what was not set. */
export class RequestBody implements Fields {
  readonly bytes: Uint8Array;
  readonly #fields: ReadonlyMap<string, FieldSpan>;
  /** Where a new first member goes. */
  readonly #open: number;
  readonly #isEmpty: boolean;

  /** Throws a Fault when it is no JSON object. The set is a constant of its caller. */
  constructor(bytes: Uint8Array, wanted: ReadonlySet<string>) {
    const scan = scanJsonObject(bytes, wanted);
    if (!scan.ok) throw malformed(scanSentences[scan.why]);
    this.bytes = bytes;
    this.#fields = scan.fields;
    this.#open = scan.start + 1;
    this.#isEmpty = scan.isEmpty;
  }

  /** Also one that is null. */
  has(name: string): boolean {
    return this.#fields.has(name);
  }

  field(name: string): FieldSpan | undefined {
    const field = this.#fields.get(name);
    return field?.kind === 'null' ? undefined : field;
  }

  needed(name: string): FieldSpan {
    const field = this.field(name);
    if (!field) throw malformed(`"${name}" is missing`);
    return field;
  }

  /** Undefined: it is not there, or empty. */
  text(name: string): string | undefined {
    const field = this.field(name);
    if (!field) return undefined;
    if (field.kind !== 'string') throw malformed(`"${name}" is not a text`);
    if (field.end - field.start > textBytesMax) throw malformed(`"${name}" is too long`);
    return readString(this.bytes, field) || undefined;
  }

  flag(name: string): boolean | undefined {
    const field = this.field(name);
    if (!field) return undefined;
    if (field.kind !== 'true' && field.kind !== 'false') throw malformed(`"${name}" is not true or false`);
    return field.kind === 'true';
  }

  count(name: string, least: number): number | undefined {
    const field = this.field(name);
    if (!field) return undefined;
    const value = field.kind === 'number' ? readNumber(this.bytes, field) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw malformed(`"${name}" is not a whole number from ${least} on`);
    }
    return value;
  }

  /** Members of a member that is an object. */
  inside(name: string, wanted: ReadonlySet<string>): ReadonlyMap<string, FieldSpan> | undefined {
    const field = this.field(name);
    if (!field) return undefined;
    if (field.kind !== 'object') throw malformed(`"${name}" is not an object`);
    return scanNested(this.bytes, field, wanted);
  }

  /** What splices may touch, and where a new member goes. */
  spansOf(names: readonly string[]): Map<string, Span> {
    const spans = new Map<string, Span>();
    for (const name of names) {
      const field = this.#fields.get(name);
      if (field) spans.set(name, { start: field.start, end: field.end });
    }
    spans.set(this.#isEmpty ? 'empty' : 'open', { start: this.#open, end: this.#open });
    return spans;
  }
}

export function malformed(reason: string): Fault {
  return new Fault('request-malformed', { reason });
}

type OwnFacts = { readonly model: string; readonly input: Media; readonly spans: RequestFacts['spans'] };

/** Of a request whose reply is whole and has no output tokens: what it costs is its input. */
export function inputFacts({ model, input, spans }: OwnFacts): RequestFacts {
  return {
    model,
    stream: false,
    outputLimit: 0,
    choices: 1,
    wantsUsage: true,
    store: undefined,
    nativeOnly: 'surface',
    hasTools: false,
    inputIsOpen: input.isOpen,
    mediaBytes: input.bytes,
    mediaTokensMax: input.tokensMax,
    mediaTokensLikely: input.tokensLikely,
    spans,
  };
}

import type { Content } from '#core/generation/content.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { fitsSchema } from '#core/protocol/json-schema.ts';
import type { DecodeAbout, EventDecoder, UpstreamProtocol } from '#core/protocol/protocol.ts';
import type { SseEvent } from '#core/protocol/sse.ts';
import type { ToolVerdict } from '#core/routing/health/attempt-report.ts';

export type ToolJudgeAsk = {
  readonly protocol: UpstreamProtocol;
  readonly about: DecodeAbout;
  /**
   * The caller's tools by name, each with the schema of its input where it has one; undefined: they cannot all be known. Asked
   * for once the answer is over, and only when something was called.
   */
  readonly tools: () => ReadonlyMap<string, Content | undefined> | undefined;
};

/** More than this nobody calls; then it says nothing. */
const callsMax = 128;
const inputCharsMax = 64 * 1024;

type OpenCall = { readonly isJson: boolean; readonly name: string; input: string };

/**
 * Can the caller use the tool calls of this answer? Their input must be JSON where it should be and fit its tool's schema, and
 * their names must be the caller's own. It reads beside the answer, which passes untouched; of what it read only one word remains.
 */
export class ToolJudge {
  readonly #ask: ToolJudgeAsk;
  #decoder: EventDecoder | undefined;
  readonly #calls = new Map<string, OpenCall>();
  #isTooMuch = false;

  constructor(ask: ToolJudgeAsk) {
    this.#ask = ask;
  }

  event(event: SseEvent): void {
    if (this.#isTooMuch) return;
    this.#decoder ??= this.#ask.protocol.openDecoder(this.#ask.about);
    for (const each of this.#decoder.decode(event)) this.#hear(each);
  }

  whole(body: Uint8Array): void {
    try {
      const { choices } = this.#ask.protocol.decodeReply(body, this.#ask.about);
      for (const { index, parts } of choices) {
        for (const [call, part] of parts.entries()) this.#take(part, `${index}-${call}`);
      }
    } catch {
      // It goes to its caller as it is, and what cannot be read here is not judged.
      this.#isTooMuch = true;
    }
  }

  /** Once the answer is over. */
  verdict(): ToolVerdict {
    if (this.#isTooMuch || this.#calls.size === 0) return 'none';
    const tools = this.#ask.tools();
    for (const call of this.#calls.values()) {
      const trouble = troubleOf(call, tools);
      if (trouble) return trouble;
    }
    return 'usable';
  }

  #hear(event: GenerationEvent): void {
    switch (event.kind) {
      case 'tool-call-start':
        return this.#open(`${event.choice}-${event.call}`, event);
      case 'tool-call-delta':
        return this.#add(`${event.choice}-${event.call}`, event.input);
      default:
        return;
    }
  }

  #take(part: AssistantPart, key: string): void {
    if (part.kind !== 'tool-call') return;
    this.#open(key, part);
    this.#add(key, part.input);
  }

  #open(key: string, { name, form }: { readonly name: Content; readonly form: 'function' | 'custom' }): void {
    if (this.#calls.size >= callsMax) {
      this.#isTooMuch = true;
      return;
    }
    this.#calls.set(key, { isJson: form === 'function', name: name.revealText('detect'), input: '' });
  }

  #add(key: string, input: Content): void {
    const call = this.#calls.get(key);
    if (!call?.isJson) return;
    call.input += input.revealText('detect');
    if (call.input.length > inputCharsMax) this.#isTooMuch = true;
  }
}

type ToolTrouble = Exclude<ToolVerdict, 'none' | 'usable'>;

/** A call without any input is one of a tool that takes none. */
function troubleOf(
  { isJson, name, input }: OpenCall,
  tools: ReadonlyMap<string, Content | undefined> | undefined,
): ToolTrouble | undefined {
  if (tools && !tools.has(name)) return 'unknown-name';
  if (!isJson || input.trim() === '') return undefined;
  const value = parsed(input);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'invalid-json';
  const schema = tools?.get(name);
  return schema === undefined || fitsSchema(schema.revealJson('detect'), value) ? undefined : 'schema-mismatch';
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined;
  }
}

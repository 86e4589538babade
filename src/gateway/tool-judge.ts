import type { Content } from '#core/generation/content.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import type { DecodeAbout, EventDecoder, UpstreamProtocol } from '#core/protocol/protocol.ts';
import type { SseEvent } from '#core/protocol/sse.ts';

export type ToolVerdict = 'none' | 'usable' | 'broken';

export type ToolJudgeAsk = {
  readonly protocol: UpstreamProtocol;
  readonly about: DecodeAbout;
  /** The tools that the caller has; undefined: its request was not read so far. */
  readonly names: ReadonlySet<string> | undefined;
};

/** More than this nobody calls; then it says nothing. */
const callsMax = 128;
const inputCharsMax = 64 * 1024;

type OpenCall = { readonly isJson: boolean; readonly isKnown: boolean; input: string };

/**
 * Can the caller use the tool calls of this answer? Their input must be JSON where it should be, and their names the
 * caller's own. It reads beside the answer, which passes untouched; of what it read only one word remains.
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
    return [...this.#calls.values()].every(isUsable) ? 'usable' : 'broken';
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
    const isKnown = this.#ask.names?.has(name.revealText('detect')) ?? true;
    this.#calls.set(key, { isJson: form === 'function', isKnown, input: '' });
  }

  #add(key: string, input: Content): void {
    const call = this.#calls.get(key);
    if (!call?.isJson) return;
    call.input += input.revealText('detect');
    if (call.input.length > inputCharsMax) this.#isTooMuch = true;
  }
}

/** A call without any input is one of a tool that takes none. */
function isUsable({ isJson, isKnown, input }: OpenCall): boolean {
  if (!isKnown || !isJson || input.trim() === '') return isKnown;
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

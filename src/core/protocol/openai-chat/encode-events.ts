import type { Fault } from '#core/generation/fault.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import type { Usage } from '#core/generation/usage.ts';
import type { EventEncoder, ReplyAbout } from '../protocol.ts';
import { customToolNames } from './custom-calls.ts';
import { type ChoiceAbout, type ChoiceChunk, ChoiceEncoder } from './encode-choice.ts';
import { encodeStreamFault } from './encode-fault.ts';
import { encodeUsage } from './usage.ts';

/** `openrouter`: reasoning stands in `reasoning_details` too, whether it has proof or not. */
export type ChatForm = 'openai' | 'openrouter';

/** Writes a stream for a chat caller: chunks as OpenAI's, `[DONE]` last. */
export class ChatEncoder implements EventEncoder {
  readonly #about: ReplyAbout;
  readonly #ids: ReplyIds;
  readonly #choiceAbout: ChoiceAbout;
  readonly #choices = new Map<number, ChoiceEncoder>();
  #model: string;
  #usage: Usage | undefined;
  #isBroken = false;

  constructor(about: ReplyAbout, form: ChatForm) {
    this.#about = about;
    this.#ids = replyIds(about.generation);
    this.#choiceAbout = {
      audioId: this.#ids.audio,
      customNames: customToolNames(about.request),
      hidesReasoning: about.request.reasoning?.isShown === false,
      streamsDetails: form === 'openrouter',
    };
    this.#model = about.request.model;
  }

  encode(event: GenerationEvent): string {
    switch (event.kind) {
      case 'start':
        this.#model = event.model?.revealText('translate') ?? this.#model;
        // The first choice at least is there: a caller sees early that something comes.
        return this.#begin(0);
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'error':
      case 'end':
        return '';
      default: {
        const begun = this.#begin(event.choice);
        const chunks = this.#choices.get(event.choice)?.encode(event) ?? [];
        return begun + chunks.map((chunk) => this.#write(event.choice, chunk)).join('');
      }
    }
  }

  end(): string {
    // Nothing may follow an error, and least of all the mark of a good end.
    if (this.#isBroken) return '';
    const usage = this.#usage && this.#about.wantsUsage ? encodeUsage(this.#usage) : undefined;
    return `${usage ? eventOf({ ...this.#head(), choices: [], usage }) : ''}data: [DONE]\n\n`;
  }

  fault(fault: Fault): string {
    this.#isBroken = true;
    return encodeStreamFault(fault);
  }

  #begin(choice: number): string {
    if (this.#choices.has(choice)) return '';
    this.#choices.set(choice, new ChoiceEncoder(this.#choiceAbout));
    return this.#write(choice, { delta: { role: 'assistant', content: '', refusal: null } });
  }

  #write(index: number, { delta, logprobs, finish_reason }: ChoiceChunk): string {
    const choices = [{ index, delta, logprobs: logprobs ?? null, finish_reason: finish_reason ?? null }];
    return eventOf({ ...this.#head(), choices, ...(this.#about.wantsUsage ? { usage: null } : {}) });
  }

  #head() {
    return {
      id: this.#ids.reply,
      object: 'chat.completion.chunk',
      created: this.#about.createdAt,
      model: this.#model,
    };
  }
}

function eventOf(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

export type ReplyIds = { readonly reply: string; readonly audio: string };

/** `generation` is `gen-` and 26 characters. */
export function replyIds(generation: string): ReplyIds {
  const id = generation.slice(-26);
  return { reply: `chatcmpl-${id}`, audio: `audio_${id}` };
}

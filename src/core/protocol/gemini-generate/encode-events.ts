import type { Fault } from '#core/generation/fault.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import type { Usage } from '#core/generation/usage.ts';
import type { EventEncoder, ReplyAbout } from '../protocol.ts';
import { type Candidate, ChoiceEncoder } from './choice-encoder.ts';
import { encodeStreamFault } from './encode-fault.ts';
import { responseIdOf } from './encode-reply.ts';
import { encodeUsage } from './usage.ts';

export function openEncoder(about: ReplyAbout): EventEncoder {
  return new GeminiEncoder(about);
}

/** A chunk for each piece. Why each candidate ended, and what was used, stand in the last one, which `end` gives. */
class GeminiEncoder implements EventEncoder {
  readonly #responseId: string;
  readonly #choices = new Map<number, ChoiceEncoder>();
  #model: string;
  #usage: Usage | undefined;
  #isEnded = false;

  constructor(about: ReplyAbout) {
    this.#model = about.request.model;
    this.#responseId = responseIdOf(about.generation);
  }

  encode(event: GenerationEvent): string {
    if (this.#isEnded) return '';
    switch (event.kind) {
      case 'start':
        this.#model = event.model?.revealText('translate') ?? this.#model;
        return '';
      case 'usage':
        this.#usage = event.usage;
        return '';
      // The gateway tells its own fault, and the end.
      case 'error':
      case 'end':
        return '';
      default: {
        const candidate = this.#choiceOf(event.choice).encode(event);
        return candidate ? this.#chunk([candidate], undefined) : '';
      }
    }
  }

  end(): string {
    if (this.#isEnded) return '';
    this.#isEnded = true;
    if (this.#choices.size === 0) this.#choiceOf(0);
    const choices = [...this.#choices.values()].sort((a, b) => a.index - b.index);
    return this.#chunk(
      choices.map((choice) => choice.end()),
      this.#usage,
    );
  }

  fault(fault: Fault): string {
    if (this.#isEnded) return '';
    this.#isEnded = true;
    const left = [...this.#choices.values()].flatMap((choice) => choice.flush() ?? []);
    return (left.length > 0 ? this.#chunk(left, undefined) : '') + encodeStreamFault(fault);
  }

  #choiceOf(index: number): ChoiceEncoder {
    let choice = this.#choices.get(index);
    if (!choice) {
      choice = new ChoiceEncoder(index);
      this.#choices.set(index, choice);
    }
    return choice;
  }

  #chunk(candidates: readonly Candidate[], usage: Usage | undefined): string {
    const chunk = {
      candidates,
      ...(usage ? { usageMetadata: encodeUsage(usage) } : {}),
      modelVersion: this.#model,
      responseId: this.#responseId,
    };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  }
}

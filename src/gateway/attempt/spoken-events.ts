import { Buffer } from 'node:buffer';
import type { Content } from '#core/generation/content.ts';
import type { GenerationEvent, GenerationReply } from '#core/generation/reply.ts';
import type { UpstreamProtocol } from '#core/protocol/protocol.ts';
import type { SseEvent } from '#core/protocol/sse.ts';

const bytesMax = 4 * 1024 * 1024;

/** The events of one stream, kept while it lasts, so that its words can be counted when its upstream tells no usage. */
export class SpokenEvents {
  #events: SseEvent[] | undefined = [];
  #bytes = 0;

  keep(event: SseEvent): void {
    if (!event.data || !this.#events) return;
    this.#bytes += event.data.length;
    if (this.#bytes > bytesMax) this.#events = undefined;
    else this.#events.push({ ...event, data: Buffer.from(event.data) });
  }

  /** What was said; undefined when it was too much to keep. */
  texts({ openDecoder }: UpstreamProtocol, generation: string): readonly string[] | undefined {
    if (!this.#events) return undefined;
    const decoder = openDecoder({ generation, toolNames: new Map() });
    // Pieces are put together first: a word that came in two is one.
    const spoken = new Map<string, string>();
    for (const each of this.#events.flatMap((event) => decoder.decode(event))) {
      const [place, text] = wordsOf(each);
      if (text) spoken.set(place, (spoken.get(place) ?? '') + text.revealText('count'));
    }
    return [...spoken.values()];
  }
}

function wordsOf(event: GenerationEvent): readonly [place: string, text: Content | undefined] {
  switch (event.kind) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      return [`${event.kind} ${event.choice}`, event.text];
    case 'tool-call-start':
      return [`name ${event.choice} ${event.call}`, event.name];
    case 'tool-call-delta':
      return [`input ${event.choice} ${event.call}`, event.input];
    default:
      return ['', undefined];
  }
}

export function textsOfReply({ choices }: GenerationReply): readonly string[] {
  return choices
    .flatMap(({ parts }) => parts)
    .flatMap((part) => {
      if (part.kind === 'tool-call') return [part.name, part.input];
      return 'text' in part ? [part.text] : [];
    })
    .map((text) => text.revealText('count'));
}

import type { Fault } from '#core/generation/fault.ts';
import { scanReply, smallObject, textAt } from '../native-surface/whole-reply.ts';
import { codeOf, isDone } from '../openai-chat/read-reply.ts';
import type { EventFacts, ProtocolStream, Shown } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { shownOf, tokensPerShown } from './read-reply.ts';
import { imageUsage } from './usage.ts';

const silent: EventFacts = {
  hasContent: false,
  outputBytes: 0,
  finish: undefined,
  usage: undefined,
  isUsageOnly: false,
  isTerminal: false,
  error: undefined,
};

const wanted: ReadonlySet<string> = new Set(['type', 'usage', 'error', 'b64_json', 'url']);

/** Sketches, then each picture whole. The last picture is the end: OpenAI sends no mark after it, OpenRouter does. */
export class ImageStream implements ProtocolStream {
  readonly #asked: number;
  readonly #encodeFault: (fault: Fault) => string;
  readonly #endMark: string;
  #images = 0;

  constructor(asked: number, encodeFault: (fault: Fault) => string, endMark = '') {
    this.#asked = asked;
    this.#encodeFault = encodeFault;
    this.#endMark = endMark;
  }

  get shown(): Shown {
    return shownOf(this.#images);
  }

  read({ data }: SseEvent): EventFacts {
    if (data === null || data.length === 0) return silent;
    if (isDone(data)) return { ...silent, isTerminal: this.#images > 0 };
    const fields = scanReply(data, wanted)?.fields;
    if (!fields) return { ...silent, isMalformed: true };
    const error = fields.get('error');
    if (error && error.kind !== 'null') return { ...silent, error: codeOf(smallObject(data, error)) };
    const type = textAt(data, fields.get('type'));
    if (type === 'error') return { ...silent, error: 'unknown' };
    if (!fields.has('b64_json') && !fields.has('url')) return silent;
    if (!type.endsWith('.completed')) return { ...silent, hasContent: true };
    this.#images += 1;
    return {
      ...silent,
      hasContent: true,
      outputBytes: tokensPerShown,
      finish: 'stop',
      // Of several reports the last one counts, as everywhere.
      usage: imageUsage(smallObject(data, fields.get('usage'))),
      isTerminal: this.#images >= this.#asked,
    };
  }

  end(): string {
    return this.#endMark;
  }

  fault(fault: Fault): string {
    return this.#encodeFault(fault);
  }
}

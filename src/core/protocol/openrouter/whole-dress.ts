import { Buffer } from 'node:buffer';
import { BodyEdits } from '../native-surface/body-edits.ts';
import { scanReply, smallObject } from '../native-surface/whole-reply.ts';
import type { Answerer, Bill, ReplyForm } from '../reply-form.ts';
import { billedUsage } from './billed-usage.ts';

const wanted: ReadonlySet<string> = new Set(['model', 'provider', 'usage']);

/**
 * OpenRouter's dress for replies that are whole and may be long lists of numbers: who answered and what it cost are put
 * in, and all other bytes stay as they came.
 */
export class WholeDress implements ReplyForm {
  readonly contentType: string = 'application/json';
  readonly wantsUsage = true;
  #by: Answerer = { model: '', provider: '' };

  answering(by: Answerer): void {
    this.#by = by;
  }

  /** These replies are never streamed. */
  write(events: string | Uint8Array): string {
    return typeof events === 'string' ? events : Buffer.from(events).toString('utf8');
  }

  end(): string {
    return '';
  }

  whole(body: Uint8Array, bill: Bill): Uint8Array {
    const reply = scanReply(body, wanted);
    if (!reply) return body;
    const { fields, open } = reply;
    const spans = new Map<string, { readonly start: number; readonly end: number }>(fields);
    const edits = new BodyEdits(body, spans.set('open', { start: open, end: open }));
    edits.put('model', JSON.stringify(this.#by.model));
    edits.put('provider', JSON.stringify(this.#by.provider));
    if (this.#by.metadata) edits.put('openrouter_metadata', JSON.stringify(this.#by.metadata));
    const usage = smallObject(body, fields.get('usage'));
    if (usage) edits.put('usage', JSON.stringify(billedUsage(usage, bill)));
    return edits.apply().bytes;
  }
}

/** Of replies that may be streamed as well: a stream goes out as it came. */
export class StreamableDress extends WholeDress {
  override readonly contentType = 'text/event-stream; charset=utf-8';
}

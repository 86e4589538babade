import type { OpaqueState } from '#core/generation/opaque-state.ts';
import { sealState } from '../sealed-state.ts';
import type { EventWriter } from './event-writer.ts';

/**
 * Reasoning as it grows. Its text is told as a summary, be it one or the reasoning itself: programs show summaries, and
 * Codex returns them, but drops full reasoning from its history; a signature would then prove a text that is lost.
 */
export class ReasoningItem {
  readonly isSummary: boolean;
  readonly #id: string;
  readonly #index: number;
  readonly #writer: EventWriter;
  readonly #pieces: string[] = [];
  #state: OpaqueState | undefined;

  constructor(at: { id: string; index: number; isSummary: boolean }, writer: EventWriter) {
    this.isSummary = at.isSummary;
    this.#id = at.id;
    this.#index = at.index;
    this.#writer = writer;
    const item = { id: at.id, type: 'reasoning', summary: [] };
    writer.write('response.output_item.added', { output_index: at.index, item });
  }

  get hasState(): boolean {
    return this.#state !== undefined;
  }

  delta(delta: string): void {
    if (this.#pieces.length === 0) {
      this.#write('response.reasoning_summary_part.added', { part: { type: 'summary_text', text: '' } });
    }
    this.#pieces.push(delta);
    this.#write('response.reasoning_summary_text.delta', { delta });
  }

  prove(state: OpaqueState): void {
    this.#state = state;
  }

  close(): object {
    const part = { type: 'summary_text', text: this.#pieces.join('') };
    const isTold = this.#pieces.length > 0;
    if (isTold) {
      this.#write('response.reasoning_summary_text.done', { text: part.text });
      this.#write('response.reasoning_summary_part.done', { part });
    }
    const sealed = this.#state ? { encrypted_content: sealState(this.#state, 'openai') } : {};
    const item = { id: this.#id, type: 'reasoning', summary: isTold ? [part] : [], ...sealed };
    this.#writer.write('response.output_item.done', { output_index: this.#index, item });
    return item;
  }

  #write(type: string, fields: object): void {
    this.#writer.write(type, { item_id: this.#id, output_index: this.#index, summary_index: 0, ...fields });
  }
}

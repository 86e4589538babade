import type { EventWriter } from './event-writer.ts';
import { type CallersTool, unwrapInput } from './tool-names.ts';

type CallStart = {
  readonly id: string;
  readonly index: number;
  readonly callId: string;
  readonly form: 'function' | 'custom';
  readonly tool: CallersTool;
};

/** A call as it grows. Several may be open at once: their `output_index` tells them apart. */
export class CallItem {
  readonly index: number;
  readonly #start: CallStart;
  readonly #writer: EventWriter;
  readonly #pieces: string[] = [];
  readonly #isCustom: boolean;
  /** Its upstream has no free text, so what comes is JSON around it, and is opened when it is whole. */
  readonly #isWrapped: boolean;

  constructor(start: CallStart, writer: EventWriter) {
    this.index = start.index;
    this.#start = start;
    this.#writer = writer;
    this.#isCustom = start.form === 'custom' || start.tool.isCustom;
    this.#isWrapped = start.form === 'function' && start.tool.isCustom;
    writer.write('response.output_item.added', { output_index: start.index, item: this.#item('in_progress', '') });
  }

  delta(delta: string): void {
    if (delta === '') return;
    this.#pieces.push(delta);
    if (!this.#isWrapped) this.#write('delta', { delta });
  }

  close(status: 'completed' | 'incomplete'): object {
    const input = this.#whole();
    this.#write('done', this.#isCustom ? { input } : { arguments: input });
    const item = this.#item(status, input);
    this.#writer.write('response.output_item.done', { output_index: this.index, item });
    return item;
  }

  #whole(): string {
    const told = this.#pieces.join('');
    if (this.#isWrapped) {
      const input = unwrapInput(told);
      if (input !== '') this.#write('delta', { delta: input });
      return input;
    }
    // A function without arguments takes an empty object here.
    if (told !== '' || this.#isCustom) return told;
    this.#write('delta', { delta: '{}' });
    return '{}';
  }

  #item(status: string, input: string): object {
    const { id, callId, tool } = this.#start;
    const namespace = tool.namespace === undefined ? {} : { namespace: tool.namespace };
    const call = { call_id: callId, name: tool.name, ...namespace };
    if (this.#isCustom) return { id, type: 'custom_tool_call', status, ...call, input };
    return { id, type: 'function_call', status, arguments: input, ...call };
  }

  #write(verb: 'delta' | 'done', fields: object): void {
    const subject = this.#isCustom ? 'custom_tool_call_input' : 'function_call_arguments';
    this.#writer.write(`response.${subject}.${verb}`, {
      item_id: this.#start.id,
      output_index: this.index,
      ...fields,
    });
  }
}

import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { fieldOf, isObject, numberOf, textOf } from '../json-value.ts';
import { decodeCallState, inputOf } from './decode-assistant.ts';

export type CallNames = {
  /** An id for a call that came without one. */
  readonly makeId: () => string;
  readonly nameOf: (name: string) => string;
};

type OpenCall = {
  /** As the upstream counts, from wherever; undefined when it does not. */
  readonly index: number | undefined;
  readonly form: 'function' | 'custom';
  id: string;
  name: string;
  state: OpaqueState | undefined;
  /** Undefined until the name is known: a call starts with its name. */
  number: number | undefined;
  /** Input that came before the name. */
  held: string;
  hasInput: boolean;
};

/** The tool calls of one choice: whole or in pieces, with or without index and id, one after the other or mixed. */
export class CallsDecoder {
  readonly #choice: number;
  readonly #names: CallNames;
  readonly #calls: OpenCall[] = [];
  #started = 0;

  constructor(choice: number, names: CallNames) {
    this.#choice = choice;
    this.#names = names;
  }

  /** `states`: those that came before their call, by its id; one that is used is taken out. */
  read(delta: unknown, states: Map<string, OpaqueState>, events: GenerationEvent[]): void {
    const isCustom = isObject(fieldOf(delta, 'custom'));
    const body = isCustom ? fieldOf(delta, 'custom') : fieldOf(delta, 'function');
    const id = textOf(fieldOf(delta, 'id')) ?? '';
    const name = textOf(fieldOf(body, 'name')) ?? '';
    const index = numberOf(fieldOf(delta, 'index'));
    let call = this.#find(index, id, name);
    if (call === undefined) {
      const form = isCustom ? 'custom' : 'function';
      call = { index, form, id, name: '', state: undefined, number: undefined, held: '', hasInput: false };
      this.#calls.push(call);
    }
    if (call.id === '') call.id = id;
    call.state ??= decodeCallState(delta) ?? states.get(call.id);
    states.delete(call.id);
    // Some repeat the name on each piece.
    if (call.name === '') call.name = name;
    if (call.number === undefined && call.name !== '') this.#start(call, events);
    this.#extend(call, inputOf(body), events);
  }

  /** Closes what is open, before the choice ends. */
  end(events: GenerationEvent[]): { readonly hasCalls: boolean } {
    for (const call of this.#calls) {
      if (call.number === undefined) this.#start(call, events);
      events.push({ kind: 'tool-call-end', choice: this.#choice, call: call.number ?? 0 });
    }
    return { hasCalls: this.#calls.length > 0 };
  }

  #find(index: number | undefined, id: string, name: string): OpenCall | undefined {
    if (id !== '') {
      const same = this.#calls.find((call) => call.id === id && (index === undefined || call.index === index));
      if (same) return same;
    }
    if (index !== undefined) {
      const counted = this.#calls.findLast((call) => call.index === index);
      // Several calls under one index, each with its own id: Gemini's compatible address and some gateways.
      return counted && id !== '' && counted.id !== '' && name !== '' ? undefined : counted;
    }
    if (id !== '') return undefined;
    const last = this.#calls.at(-1);
    // Neither index nor id: a name after input is the next call's.
    return last && name !== '' && last.hasInput ? undefined : last;
  }

  #start(call: OpenCall, events: GenerationEvent[]): void {
    if (call.id === '') call.id = this.#names.makeId();
    call.number = this.#started++;
    events.push({
      kind: 'tool-call-start',
      choice: this.#choice,
      call: call.number,
      id: Content.ofText(call.id),
      name: Content.ofText(this.#names.nameOf(call.name)),
      form: call.form,
      state: call.state,
    });
    const { held } = call;
    call.held = '';
    this.#extend(call, held, events);
  }

  #extend(call: OpenCall, input: string, events: GenerationEvent[]): void {
    if (input === '') return;
    call.hasInput = true;
    if (call.number === undefined) call.held += input;
    else {
      const piece = Content.ofText(input);
      events.push({ kind: 'tool-call-delta', choice: this.#choice, call: call.number, input: piece });
    }
  }
}

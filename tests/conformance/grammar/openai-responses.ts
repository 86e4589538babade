import { isDeepStrictEqual } from 'node:util';
import { at, list, said, text } from '../oracle/plain.ts';
import { readNamedEvents } from '../oracle/read-sse.ts';

type OpenItem = {
  readonly id: string;
  readonly index: number;
  /** Open parts and texts: `part/0`, `summary/0`, with what their deltas said so far. */
  readonly open: Map<string, string>;
  readonly told: Map<string, string>;
};

type State = { items: Map<number, OpenItem>; added: number; done: unknown[]; hasEnded: boolean };

export function checkResponsesStream(stream: string): string | undefined {
  const state: State = { items: new Map(), added: 0, done: [], hasEnded: false };
  let sequence = 0;
  for (const { name, payload } of readNamedEvents(stream)) {
    const event: unknown = JSON.parse(payload);
    const type = text(at(event, 'type'));
    if (name !== type) return `an event is named ${name}, but is ${type}`;
    if (at(event, 'sequence_number') !== sequence) return `${type} has not the next sequence number`;
    if (sequence === 0 && type !== 'response.created') return 'the first event is not response.created';
    if (sequence === 1 && type !== 'response.in_progress') return 'the second event is not response.in_progress';
    sequence += 1;
    if (state.hasEnded) return `${type} stands after the end`;
    const problem = step(state, type, event);
    if (problem) return problem;
  }
  return state.hasEnded ? undefined : 'it ends without a terminal event';
}

function step(state: State, type: string, event: unknown): string | undefined {
  switch (type) {
    case 'response.created':
    case 'response.in_progress':
      return list(at(event, 'response', 'output')).length > 0 ? `${type} has output` : undefined;
    case 'response.completed':
    case 'response.incomplete':
      state.hasEnded = true;
      return checkEnd(state, type, at(event, 'response'));
    case 'response.output_item.added':
      return addItem(state, event);
    case 'response.output_item.done':
      return finishItem(state, event);
    default:
      return stepInside(state, type, event);
  }
}

function checkEnd(state: State, type: string, response: unknown): string | undefined {
  if (state.items.size > 0) return 'it ends inside an item';
  if (`response.${text(at(response, 'status'))}` !== type) return `${type} has another status`;
  return isDeepStrictEqual(at(response, 'output'), state.done)
    ? undefined
    : 'the output is not the items that were done';
}

function addItem(state: State, event: unknown): string | undefined {
  const index = at(event, 'output_index');
  const id = text(at(event, 'item', 'id'));
  // Items may overlap: calls grow side by side.
  if (index !== state.added++) return 'an item has a wrong index';
  if (id === '') return 'an item has no id';
  state.items.set(Number(index), { id, index: Number(index), open: new Map(), told: new Map() });
  return undefined;
}

function finishItem(state: State, event: unknown): string | undefined {
  const index = Number(at(event, 'output_index'));
  const open = state.items.get(index);
  const item = at(event, 'item');
  if (!open || open.id !== at(item, 'id')) return 'an item is done that was not added';
  if (open.open.size > 0) return 'an item is done inside one of its parts';
  state.items.delete(index);
  state.done[index] = item;
  for (const [place, told] of open.told) {
    if (told !== textAt(item, place)) return `${place} of an item is not what its deltas said`;
  }
  return undefined;
}

/** What an item says at one of the places that its deltas told. */
function textAt(item: unknown, place: string): string {
  const [kind, index] = place.split('/');
  if (kind === 'arguments' || kind === 'input') return text(at(item, kind));
  const part = list(at(item, kind === 'summary' ? 'summary' : 'content'))[Number(index)];
  return text(at(part, 'text') ?? at(part, 'refusal'));
}

const places: Readonly<Record<string, { readonly kind: string; readonly said: string }>> = {
  output_text: { kind: 'content', said: 'text' },
  refusal: { kind: 'content', said: 'refusal' },
  reasoning_text: { kind: 'content', said: 'text' },
  reasoning_summary_text: { kind: 'summary', said: 'text' },
  function_call_arguments: { kind: 'arguments', said: 'arguments' },
  custom_tool_call_input: { kind: 'input', said: 'input' },
};

function stepInside(state: State, type: string, event: unknown): string | undefined {
  const item = state.items.get(Number(at(event, 'output_index')));
  if (!item || item.id !== at(event, 'item_id')) return `${type} stands outside of its item`;
  const index = at(event, 'summary_index') ?? at(event, 'content_index') ?? 0;
  const [, what = '', verb = ''] = /^response\.(\w+)\.(\w+)$/.exec(type) ?? [];
  if (what === 'content_part' || what === 'reasoning_summary_part') {
    const place = `${what === 'content_part' ? 'content' : 'summary'}/${index}`;
    if (verb === 'added') return open(item, place);
    return close(item, place, text(at(event, 'part', 'text') ?? at(event, 'part', 'refusal')));
  }
  // `response.output_text.annotation.added` has a verb of two words.
  if (/annotation/.test(type)) return item.open.size > 0 ? undefined : `${type} stands outside of a part`;
  const place = places[what];
  if (!place) return `${type} is not known`;
  const key = place.kind === 'arguments' || place.kind === 'input' ? place.kind : `${place.kind}/${index}`;
  const isInPart = key.includes('/');
  if (isInPart && !item.open.has(key)) return `${type} stands outside of its part`;
  if (verb === 'delta') {
    item.told.set(key, (item.told.get(key) ?? '') + text(at(event, 'delta')));
    return undefined;
  }
  if (!said(at(event, place.said))) return `${type} says nothing`;
  if (!item.told.has(key)) item.told.set(key, '');
  return item.told.get(key) === at(event, place.said) ? undefined : `${type} is not what the deltas said`;
}

function open(item: OpenItem, place: string): string | undefined {
  if (item.open.has(place) || item.told.has(place)) return 'a part is added twice';
  item.open.set(place, '');
  item.told.set(place, '');
  return undefined;
}

function close(item: OpenItem, place: string, told: string): string | undefined {
  if (!item.open.delete(place)) return 'a part is done that was not added';
  return item.told.get(place) === told ? undefined : 'a part is not what its deltas said';
}

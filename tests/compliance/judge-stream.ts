import { isDeepStrictEqual } from 'node:util';
import { eventsOf } from '../support/dialects.ts';
import { eventShape } from './response-shape.ts';

// What JSON holds is read as it comes; what has another shape was told before.
// biome-ignore lint/suspicious/noExplicitAny: see above.
export type Event = any;

export type JudgedStream = {
  readonly events: readonly Event[];
  readonly wrong: readonly string[];
  /** What the last event holds. */
  readonly response: Event;
};

const terminal = /^response\.(completed|incomplete|failed)$/;

/** A stream as the specification wants it: each event of its shape, all in order, and everything told once and alike. */
export function judgeStream(body: string): JudgedStream {
  const events = eventsOf(body);
  const response = events.findLast(({ type }) => terminal.test(type))?.response;
  const wrong = [
    ...events.flatMap((event, index) => eventShape(event, `event ${index}`)),
    ...judgeNames(body),
    ...judgeOrder(events),
    ...judgePairs(events, { opened: 'response.output_item.added', closed: 'response.output_item.done' }, itemKey),
    ...judgePairs(events, { opened: 'response.content_part.added', closed: 'response.content_part.done' }, partKey),
    ...judgePairs(
      events,
      { opened: 'response.reasoning_summary_part.added', closed: 'response.reasoning_summary_part.done' },
      partKey,
    ),
    ...judgeTexts(events),
    ...judgeOutput(events, response),
  ];
  return { events, wrong, response };
}

/** Every event says its type before its data, too: some programs read only that. */
function judgeNames(body: string): readonly string[] {
  return body
    .split('\n\n')
    .filter((block) => block.includes('data:'))
    .filter((block) => /^event: (.*)$/m.exec(block)?.[1] !== JSON.parse(/^data: ?(.*)$/m.exec(block)?.[1] ?? '').type)
    .map((_, index) => `event ${index} has not the name of its type`);
}

function judgeOrder(events: readonly Event[]): readonly string[] {
  const numbers = events.map((event) => event.sequence_number);
  const rises = numbers.every((number, index) => index === 0 || number > numbers[index - 1]);
  return [
    ...(numbers[0] === 0 && rises ? [] : ['the sequence numbers do not rise from 0']),
    ...(events[0]?.type === 'response.created' ? [] : ['the first event is not response.created']),
    ...(events.filter(({ type }) => type === 'response.created').length === 1 ? [] : ['it is created not once']),
    ...(events.filter(({ type }) => terminal.test(type)).length === 1 ? [] : ['there is not one terminal event']),
    ...(terminal.test(events.at(-1)?.type) ? [] : ['the terminal event is not the last']),
  ];
}

type Key = (event: Event) => string;
type Pair = { readonly opened: string; readonly closed: string };

const itemKey: Key = ({ output_index, item }) => `${output_index} ${item.id} ${item.type}`;
const partKey: Key = ({ output_index, content_index, summary_index, item_id, part }) =>
  `${output_index}.${content_index ?? summary_index} ${item_id} ${part.type}`;

/** What is opened is closed, once, and later. A stream that failed may leave some open. */
function judgePairs(events: readonly Event[], { opened, closed }: Pair, keyOf: Key): readonly string[] {
  const open = new Set<string>();
  const wrong: string[] = [];
  for (const event of events) {
    if (event.type === opened) {
      if (open.has(keyOf(event))) wrong.push(`${opened} twice for ${keyOf(event)}`);
      open.add(keyOf(event));
    }
    if (event.type === closed && !open.delete(keyOf(event))) wrong.push(`${closed} of ${keyOf(event)}, never opened`);
  }
  if (events.at(-1)?.type === 'response.failed') return wrong;
  return [...wrong, ...[...open].map((key) => `${opened} without ${closed}: ${key}`)];
}

const wholeFields: Readonly<Record<string, string>> = {
  'response.output_text': 'text',
  'response.refusal': 'refusal',
  'response.reasoning_summary_text': 'text',
  'response.reasoning_text': 'text',
  'response.function_call_arguments': 'arguments',
  'response.custom_tool_call_input': 'input',
};

/** Deltas, joined, are the text that is told when it is done. */
function judgeTexts(events: readonly Event[]): readonly string[] {
  const told = new Map<string, string>();
  const wrong: string[] = [];
  for (const event of events) {
    const [, subject = '', verb] = /^(.*)\.(delta|done)$/.exec(event.type) ?? [];
    const field = wholeFields[subject];
    if (field === undefined) continue;
    const key = `${subject} ${event.item_id} ${event.content_index ?? event.summary_index ?? ''}`;
    if (verb === 'delta') told.set(key, (told.get(key) ?? '') + event.delta);
    else if ((told.get(key) ?? '') !== event[field]) wrong.push(`${event.type} is not what its deltas said`);
  }
  return wrong;
}

/** The last event has every item as it was when it was done, and every text is the one that was told. */
function judgeOutput(events: readonly Event[], response: Event): readonly string[] {
  if (events.at(-1)?.type === 'response.failed') return [];
  const done = events
    .filter(({ type }) => type === 'response.output_item.done')
    .sort((a, b) => a.output_index - b.output_index);
  const items = done.map(({ item }) => item);
  const texts = events.filter(({ type }) => type === 'response.output_text.done').map(({ text }) => text);
  const said = items.flatMap((item) => (item.type === 'message' ? item.content : [])).map((part) => part.text);
  return [
    ...(done.every(({ output_index }, index) => output_index === index) ? [] : ['the output has gaps']),
    ...(isDeepStrictEqual(response?.output, items) ? [] : ['the output is not the items that were done']),
    ...(isDeepStrictEqual(said, texts) ? [] : ['the texts of the output are not those that were told']),
  ];
}

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { at, splitEvents } from './messages-under-test.ts';

/** A block that was put together from its events, `json` being the pieces of its input. */
export type BuiltBlock = { readonly start: unknown; text: string; json: string; signature: string; citations: number };

export type BuiltMessage = { readonly message: unknown; readonly blocks: readonly BuiltBlock[]; readonly end: unknown };

/**
 * Reads a stream as Anthropic's programs do, and asserts its grammar: one `message_start`, one block at a time with
 * rising indexes, `message_delta`, `message_stop`, nothing after it.
 */
export function readMessages(text: string): BuiltMessage {
  const events = splitEvents([Buffer.from(text)]).map(({ name, data }) => {
    const event: unknown = JSON.parse(Buffer.from(data ?? []).toString());
    assert.equal(at(event, 'type'), name);
    return event;
  });
  const blocks: BuiltBlock[] = [];
  let isOpen = false;
  const [first, ...rest] = events;
  assert.equal(at(first, 'type'), 'message_start');
  assert.deepEqual(
    rest.slice(-2).map((event) => at(event, 'type')),
    ['message_delta', 'message_stop'],
  );
  for (const event of rest.slice(0, -2)) {
    const isStart = at(event, 'type') === 'content_block_start';
    assert.equal(at(event, 'index'), isStart ? blocks.length : blocks.length - 1);
    assert.equal(isOpen, !isStart);
    isOpen = at(event, 'type') !== 'content_block_stop';
    if (isStart) blocks.push({ start: at(event, 'content_block'), text: '', json: '', signature: '', citations: 0 });
    const block = blocks.at(-1);
    if (block && at(event, 'type') === 'content_block_delta') extend(block, at(event, 'delta'));
  }
  assert.equal(isOpen, false);
  return { message: at(first, 'message'), blocks, end: rest.at(-2) };
}

const fits: Readonly<Record<string, string>> = {
  text_delta: 'text',
  citations_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'thinking',
  input_json_delta: 'tool_use',
};

function extend(block: BuiltBlock, delta: unknown): void {
  const type = String(at(delta, 'type'));
  assert.equal(at(block.start, 'type'), fits[type]);
  assert.equal(block.signature, '', 'nothing of a block comes after its signature');
  block.text += at(delta, 'text') ?? at(delta, 'thinking') ?? '';
  block.json += at(delta, 'partial_json') ?? '';
  block.signature = String(at(delta, 'signature') ?? '');
  if (type === 'citations_delta') block.citations++;
}

import { Buffer } from 'node:buffer';
import type { Protocol } from '#core/protocol/protocol.ts';
import { addressOf, askOf, modelFor } from '../ask.ts';
import { hasMadeIds, inChatOrder, mergeTexts, numberIds, withPlainInput } from '../compare/canonical.ts';
import { firstDifference } from '../compare/difference.ts';
import { mediaNote } from '../compare/replies.ts';
import { oracles } from '../oracle/oracles.ts';
import { at, list } from '../oracle/plain.ts';
import type { Dialect, Item, ReplySummary } from '../oracle/summary.ts';
import type { Verdict } from '../report.ts';

type Returned = {
  readonly source: Protocol;
  readonly target: Protocol;
  readonly told: ReplySummary;
  readonly written: string;
  readonly id: string;
};

/**
 * A caller puts the answer that it got into its next request, as its SDK would; the upstream that made it must find in
 * it all that it said, and its signatures above all.
 */
export function checkReturnedTurn({ source, target, told, written, id }: Returned): Verdict {
  const first = told.choices[0];
  if (first === undefined || first.items.length === 0) return undefined;
  const body = JSON.stringify(nextRequest(target.name, JSON.parse(written)));
  const address = addressOf(target.name, '/models/model:generateContent');
  const bytes = Buffer.from(body);
  target.readRequest(bytes, address);
  const ask = askOf(source.name, { model: modelFor(source.name, id) });
  const encoded = source.encodeRequest(target.decodeRequest(bytes, address), ask);
  const found = oracles[source.name].readRequest(encoded.body, source.upstreamPath(ask.model, false));
  const turn = found.items.filter((item) => isOfAssistant(item));
  const expected = { items: plainItems(first.items, source, target), states: first.states };
  return firstDifference(expected, { items: plainItems(turn, source, target), states: found.states });
}

/**
 * The same next request to an upstream of the caller's own dialect: the bytes go on, but without the state that
 * another family made, which was wrapped for this caller.
 */
export function checkForeignState({ source, target, told, written, id }: Returned): Verdict {
  const first = told.choices[0];
  if (first === undefined || source.family === target.family) return undefined;
  const body = JSON.stringify(nextRequest(target.name, JSON.parse(written)));
  const address = addressOf(target.name, '/models/model:generateContent');
  const bytes = Buffer.from(body);
  const facts = target.readRequest(bytes, address);
  const ask = askOf(target.name, { model: modelFor(target.name, id) });
  const spliced = target.spliceRequest(bytes, facts, ask);
  const passed = Buffer.from(spliced.bytes).toString('utf8');
  if (passed.includes('ZmFpcmxlYWQ6')) return { path: 'states', detail: 'wrapped state goes to an upstream' };
  if (first.states.length > 0 && body.includes('ZmFpcmxlYWQ6') && !spliced.splices.includes('foreign_state')) {
    return { path: 'splices', detail: `it is not named: ${spliced.splices.join(', ')}` };
  }
  const [before, after] = [body, passed].map((each) => oracles[target.name].readRequest(each, ''));
  const texts = (summary: typeof before) => plainItems(summary?.items ?? [], source, target);
  return firstDifference(texts(before), texts(after), 'items');
}

function isOfAssistant(item: Item): boolean {
  if (item.kind === 'text' || item.kind === 'media') return item.role === 'assistant';
  return item.kind !== 'result';
}

/** Reasoning without a proof is not sent back to those who demand one: only its states are compared. */
function plainItems(items: readonly Item[], source: Protocol, target: Protocol): Item[] {
  const texts = items.flatMap((item): Item[] => {
    if (item.kind === 'reasoning' || item.kind === 'foreign' || item.kind === 'media') return [];
    if (item.kind === 'text') {
      const text = item.text.replace(mediaNote, '');
      return text === '' ? [] : [{ ...item, text }];
    }
    return item.kind === 'refusal' ? [{ kind: 'text', role: 'assistant', text: item.text }] : [item];
  });
  const dialects = [source.name, target.name];
  const ordered = dialects.includes('openai-chat') ? inChatOrder(texts) : texts;
  const merged = mergeTexts(ordered.map(withPlainInput));
  return dialects.includes('gemini-generate') || hasMadeIds(merged) ? numberIds(merged) : merged;
}

function nextRequest(dialect: Dialect, reply: unknown): unknown {
  const model = 'model';
  const question = 'What next?';
  switch (dialect) {
    case 'openai-chat': {
      const message = at(list(at(reply, 'choices'))[0], 'message');
      const calls = list(at(message, 'tool_calls'));
      const results = calls.map((call) => ({ role: 'tool', tool_call_id: at(call, 'id'), content: 'done' }));
      return {
        model,
        messages: [{ role: 'user', content: 'Hello' }, message, ...results, { role: 'user', content: question }],
      };
    }
    case 'openai-responses': {
      const output = list(at(reply, 'output'));
      const calls = output.filter((item) => at(item, 'type') === 'function_call');
      const results = calls.map((call) => ({
        type: 'function_call_output',
        call_id: at(call, 'call_id'),
        output: 'done',
      }));
      return {
        model,
        store: false,
        input: [{ role: 'user', content: 'Hello' }, ...output, ...results, { role: 'user', content: question }],
      };
    }
    case 'anthropic-messages': {
      const content = list(at(reply, 'content'));
      const calls = content.filter((block) => at(block, 'type') === 'tool_use');
      const results = calls.map((call) => ({ type: 'tool_result', tool_use_id: at(call, 'id'), content: 'done' }));
      const last = { role: 'user', content: [...results, { type: 'text', text: question }] };
      return {
        model,
        max_tokens: 4096,
        messages: [{ role: 'user', content: 'Hello' }, { role: 'assistant', content }, last],
      };
    }
    case 'gemini-generate': {
      const content = at(list(at(reply, 'candidates'))[0], 'content');
      const calls = list(at(content, 'parts'))
        .map((part) => at(part, 'functionCall'))
        .filter((call) => call !== undefined);
      const results = calls.map((call) => ({
        functionResponse: { ...withId(call), name: at(call, 'name'), response: { result: 'done' } },
      }));
      const last = { role: 'user', parts: [...results, { text: question }] };
      return { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }, content, last] };
    }
  }
}

function withId(call: unknown): object {
  const id = at(call, 'id');
  return id === undefined ? {} : { id };
}

// Whatever is asked or answered, what leaves in a dialect is of that dialect: judged by readers that share no code with
// the encoders. Requests by the simulator, which refuses what the provider would; streams by the conformance grammars.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { Protocol } from '#core/protocol/protocol.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { readRequest as readMessages } from '#simulator/anthropic-messages/request.ts';
import { readRequest as readGenerate } from '#simulator/gemini-generate/request.ts';
import { readRequest as readChat } from '#simulator/openai-chat/request.ts';
import { readRequest as readResponses } from '#simulator/openai-responses/request.ts';
import { askOf } from '../conformance/ask.ts';
import { checkGrammar } from '../conformance/grammar/grammar.ts';
import { type Dialect, dialects } from '../conformance/oracle/summary.ts';
import { decodeAbout, replyAbout } from '../fuzz/neutral.ts';
import { eventSequences } from './event-arbitraries.ts';
import { judgeGrammar } from './event-grammar.ts';
import { neutralRequests } from './neutral-requests.ts';

const protocols: readonly Protocol[] = dialects.map(protocolOf);
/** An older and a newer one: they differ in what they take. */
const models: Readonly<Record<Dialect, readonly string[]>> = {
  'openai-chat': ['gpt-4.1', 'gpt-5.1'],
  'openai-responses': ['gpt-4.1', 'gpt-5.1'],
  'anthropic-messages': ['claude-sonnet-4-5', 'claude-opus-5'],
  'gemini-generate': ['gemini-2.5-flash', 'gemini-3-flash-preview'],
};
const outputLimit = 32_000;
const noPast = { find: () => undefined, findItem: () => undefined };

/** What the provider would say of it; undefined: it takes it. */
function refusalOf(dialect: Dialect, body: string, model: string): string | undefined {
  const bytes = Buffer.from(body);
  const place = { version: 'v1beta', method: 'generateContent', model, isStream: false, isArray: false };
  const read = {
    'openai-chat': () => readChat(bytes),
    'openai-responses': () => readResponses(bytes, noPast),
    'anthropic-messages': () => readMessages(bytes, { isCount: false }),
    'gemini-generate': () => readGenerate(bytes, place),
  }[dialect]();
  return 'status' in read ? read.body : undefined;
}

function countMarks(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Content) return 0;
  const own = 'cache' in value && value.cache !== undefined ? 1 : 0;
  return Object.values(value).reduce<number>((sum, each) => sum + countMarks(each), own);
}

for (const protocol of protocols) {
  const { name } = protocol;

  test(`${name}: any request of any caller is one that its provider takes, and says the same again`, () => {
    const drawn = fc.property(neutralRequests, fc.constantFrom(...models[name]), (request, model) => {
      const ask = askOf(name, { model, outputLimit });
      const { body, dropped } = protocol.encodeRequest(request, ask);

      assert.equal(refusalOf(name, body, model), undefined, body);
      assert.equal(new Set(dropped).size, dropped.length, 'a loss is told twice');
      const address = { model, stream: request.stream };
      const { model: named } = protocol.readRequest(Buffer.from(body), address);
      assert.equal(named, model);
      const readAgain = (text: string) =>
        protocol.encodeRequest(protocol.decodeRequest(Buffer.from(text), address), ask);
      // A text that only needed a list of parts for what stood beside it elsewhere becomes a plain one, once.
      const again = readAgain(body);
      assert.equal(readAgain(again.body).body, again.body, 'read and written again it is another request');
      assert.equal(refusalOf(name, again.body, model), undefined, again.body);
    });
    fc.assert(drawn, { numRuns: 500 });
  });

  test(`${name}: every mark of the cache is told or named, and the same request gives the same bytes`, () => {
    const drawn = fc.property(neutralRequests, fc.constantFrom(...models[name]), (request, model) => {
      const ask = askOf(name, { model, outputLimit });
      const { body, dropped } = protocol.encodeRequest(request, ask);

      assert.equal(protocol.encodeRequest(request, ask).body, body);
      const told = body.match(/"cache_control":\{/g)?.length ?? 0;
      // Where some tools only may be called, others are not sent, and their marks with them.
      const marks = countMarks(request.toolChoice?.kind === 'allowed' ? { ...request, tools: [] } : request);
      if (request.toolChoice?.kind === 'allowed' && told > marks) return;
      assert.ok(told <= marks, 'a mark that nobody set');
      if (told < marks) assert.ok(dropped.includes('cache_control'), `${marks - told} of ${marks} marks are lost`);
    });
    fc.assert(drawn, { numRuns: 300 });
  });

  test(`${name}: any answer of any upstream is a stream in this dialect's order, and reads back in order`, () => {
    const drawn = fc.property(eventSequences(2), (events) => {
      const encoder = protocol.openEncoder(replyAbout);
      const text = events.map((event) => encoder.encode(event)).join('') + encoder.end();

      assert.equal(checkGrammar(name, text), undefined, text);
      const decoder = protocol.openDecoder(decodeAbout);
      const { events: sent } = new SseSplitter().push(Buffer.from(text));
      judgeGrammar(sent.flatMap((event) => decoder.decode(event)));
    });
    fc.assert(drawn, { numRuns: 500 });
  });

  test(`${name}: a fault at any place ends a stream that is cut, and nothing that was begun looks finished`, () => {
    const drawn = fc.property(eventSequences(1), fc.nat(30), (events, cut) => {
      const encoder = protocol.openEncoder(replyAbout);
      // Up to the finish: what is finished is not cut.
      const finish = events.findIndex(({ kind }) => kind === 'finish');
      const told = events.slice(0, Math.min(cut, finish)).map((event) => encoder.encode(event));
      const text = told.join('') + encoder.fault(new Fault('stream-cut'));

      assert.match(text, /"error"/);
      assert.notEqual(checkGrammar(name, text), undefined, 'what was cut looks whole');
      assert.equal(encoder.end(), '', 'nothing after the fault');
    });
    fc.assert(drawn, { numRuns: 200 });
  });
}

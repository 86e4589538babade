// Converse, which only upstreams speak: whatever is asked is judged by the simulator as Bedrock, and whatever it answers,
// in frames that are split anywhere, comes out in order and goes on in order in every dialect.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { bedrockConverse } from '#core/protocol/bedrock-converse/bedrock-converse.ts';
import { EventStreamSplitter } from '#core/protocol/event-stream-splitter.ts';
import type { UpstreamAsk } from '#core/protocol/protocol.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import { writeFrame } from '#simulator/bedrock-converse/frames.ts';
import { readRequest } from '#simulator/bedrock-converse/request.ts';
import { writeStream } from '#simulator/bedrock-converse/stream.ts';
import { askOf } from '../conformance/ask.ts';
import { checkGrammar } from '../conformance/grammar/grammar.ts';
import { dialects } from '../conformance/oracle/summary.ts';
import { decodeAbout, replyAbout } from '../fuzz/neutral.ts';
import { converseModels, converseReplies, converseTurn } from '../support/converse-replies.ts';
import { judgeGrammar } from './event-grammar.ts';
import { neutralRequests } from './neutral-requests.ts';

const outputLimit = 32_000;

function askFor(model: string): UpstreamAsk {
  return askOf('anthropic-messages', { model, outputLimit, provider: 'amazon' });
}

test('any request of any caller is one that Bedrock takes, whoever made the model', () => {
  const drawn = fc.property(neutralRequests, fc.constantFrom(...converseModels), (request, model) => {
    const { body, dropped } = bedrockConverse.encodeRequest(request, askFor(model));
    const read = readRequest(Buffer.from(body), { model, isStream: request.stream });

    assert.equal('status' in read ? read.body : undefined, undefined, body);
    assert.equal(new Set(dropped).size, dropped.length, 'a loss is told twice');
    assert.equal(bedrockConverse.encodeRequest(request, askFor(model)).body, body, 'the same request, other bytes');
  });
  fc.assert(drawn, { numRuns: 1_000 });
});

test('any answer in frames, split anywhere, is read in order and whole, and goes on in order in every dialect', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  const drawn = fc.property(converseReplies, fc.constantFrom(...converseModels), cuts, (reply, model, at) => {
    const bytes = Buffer.concat([...writeStream(converseTurn(reply, model))].map(writeFrame));
    const places = [...new Set([0, ...at.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
    const splitter = new EventStreamSplitter();
    const decoder = bedrockConverse.openDecoder(decodeAbout);
    const parts = places.slice(1).map((end, index) => Buffer.from(bytes.subarray(places[index], end)));
    const events = parts.flatMap((part) => splitter.push(part).events.flatMap((event) => decoder.decode(event)));

    judgeGrammar(events);
    const textOf = (kind: 'text-delta' | 'reasoning-delta') =>
      events.map((event) => (event.kind === kind ? event.text.revealText('translate') : '')).join('');
    assert.equal(textOf('text-delta'), reply.text.join(''));
    assert.equal(textOf('reasoning-delta'), reply.reasoning.join(''));
    const inputs = reply.calls.map((_, index) =>
      events
        .map((event) =>
          event.kind === 'tool-call-delta' && event.call === index ? event.input.revealText('translate') : '',
        )
        .join(''),
    );
    assert.deepEqual(
      inputs,
      reply.calls.map(({ pieces }) => pieces.join('')),
    );
    const usage = events.find((event) => event.kind === 'usage')?.usage;
    assert.deepEqual([usage?.input, usage?.cachedInput, usage?.cacheWrite5m], [6, 1, 2]);
    for (const name of dialects) {
      const encoder = protocolOf(name).openEncoder(replyAbout);
      const told = events.map((event) => encoder.encode(event)).join('') + encoder.end();
      assert.equal(checkGrammar(name, told), undefined, told);
    }
  });
  fc.assert(drawn, { numRuns: 500 });
});

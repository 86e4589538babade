// Whatever an upstream sends as a chunk, the decoder neither throws nor breaks the grammar.
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import { chunkPayloads } from './chunk-arbitraries.ts';
import { judgeGrammar } from './event-grammar.ts';

const about = { generation: 'gen-0123456789abcdefghijklmnop', toolNames: new Map<string, string>() };

test('any chunks in any order are read by the grammar, up to an error', () => {
  fc.assert(
    fc.property(fc.array(chunkPayloads, { maxLength: 8 }), (payloads) => {
      const decoder = openaiChat.openDecoder(about);
      const events = payloads.flatMap((data) => decoder.decode({ start: 0, end: 0, name: null, data }));

      const error = events.findIndex(({ kind }) => kind === 'error');
      judgeGrammar(error < 0 ? events : events.slice(0, error + 1));
    }),
    { numRuns: 500 },
  );
});

test('any bytes at all are an error, or an event, and never a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
      openaiChat.openDecoder(about).decode({ start: 0, end: 0, name: null, data: Buffer.from(data) });
    }),
  );
});

test('any JSON in place of a reply is decoded to something', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (message, logprobs) => {
      const body = { choices: [{ message, logprobs, finish_reason: 'stop' }], usage: message, citations: logprobs };
      openaiChat.decodeReply(Buffer.from(JSON.stringify(body)), about);
    }),
  );
});

test('any JSON in place of a request is decoded and encoded to something', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (messages, rest) => {
      const others = typeof rest === 'object' && rest !== null && !Array.isArray(rest) ? rest : { tools: rest };
      const body = Buffer.from(JSON.stringify({ ...others, model: 'm', messages }));
      openaiChat.decodeRequest(body, { model: undefined, stream: undefined });
    }),
  );
});

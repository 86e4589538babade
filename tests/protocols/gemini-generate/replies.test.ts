import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import { geminiGenerate } from '#core/protocol/gemini-generate/gemini-generate.ts';
import { decodeAbout, fixture, replyAbout, shown } from './gemini.ts';

function read(body: unknown) {
  return geminiGenerate.readReply(Buffer.from(JSON.stringify(body)));
}

function decodeBody(body: unknown) {
  return geminiGenerate.decodeReply(Buffer.from(JSON.stringify(body)), decodeAbout);
}

test('places of sources are told in UTF-16 units, and in bytes again', () => {
  const body = fixture('places-in-bytes.json');
  const reply = geminiGenerate.decodeReply(body, decodeAbout);

  const part = reply.choices[0]?.parts[0];
  assert.ok(part?.kind === 'text');
  const words = part.text.revealText('translate');
  assert.deepEqual(
    part.citations?.map(({ start, end, url }) => [words.slice(start, end), url?.revealText('translate')]),
    [
      ['Grüße aus Köln.', 'https://a.example/'],
      ['Rom liegt am Tiber.', 'https://b.example/'],
    ],
  );
  assert.equal(reply.usage?.input, 105);

  const again = JSON.parse(geminiGenerate.encodeReply(reply, replyAbout));
  const sent = JSON.parse(body.toString());
  const spans = (candidate: typeof again) =>
    candidate.groundingMetadata.groundingSupports.map(
      (support: { segment: { startIndex?: number; endIndex: number } }) => [
        support.segment.startIndex ?? 0,
        support.segment.endIndex,
      ],
    );
  assert.deepEqual(spans(again.candidates[0]), spans(sent.candidates[0]));
  assert.deepEqual(
    again.candidates[0].groundingMetadata.groundingChunks,
    sent.candidates[0].groundingMetadata.groundingChunks,
  );
});

test('a blocked prompt is a filtered answer without content', () => {
  const body = fixture('blocked-prompt.json');

  const facts = geminiGenerate.readReply(body);
  const reply = geminiGenerate.decodeReply(body, decodeAbout);

  assert.ok(facts.kind === 'answer');
  assert.deepEqual([facts.hasContent, facts.finish, facts.usage?.input], [false, 'filtered', 7]);
  assert.deepEqual(shown(reply.choices), [{ index: 0, parts: [], finish: 'filtered' }]);
});

test('calls, thoughts, signatures, media and code come out and go back as they were', () => {
  const candidate = {
    content: {
      parts: [
        { text: 'Hm.', thought: true },
        { text: 'Here.', thoughtSignature: 'c2lnMQ==' },
        { functionCall: { id: 'own', name: 'f', args: { a: 1 } }, thoughtSignature: 'c2lnMg==' },
        { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' }, thoughtSignature: 'c2lnMw==' },
        { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      ],
      role: 'model',
    },
    finishReason: 'STOP',
    index: 0,
    logprobsResult: {
      chosenCandidates: [{ token: 'H', logProbability: -0.1 }],
      topCandidates: [{ candidates: [{ token: 'H', logProbability: -0.1 }] }],
    },
  };
  const sent = {
    candidates: [candidate],
    usageMetadata: {
      promptTokenCount: 30,
      candidatesTokenCount: 4,
      totalTokenCount: 39,
      cachedContentTokenCount: 20,
      thoughtsTokenCount: 5,
    },
    modelVersion: 'gemini-3-pro',
    responseId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  };

  const reply = decodeBody(sent);

  assert.equal(reply.choices[0]?.finish, 'tool-calls');
  assert.deepEqual(shown(reply.usage), {
    input: 10,
    cachedInput: 20,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 9,
    reasoning: 5,
  });
  assert.deepEqual(JSON.parse(geminiGenerate.encodeReply(reply, replyAbout)), sent);
});

test('a tool that had to be renamed comes back under its own name', () => {
  const parts = [{ functionCall: { name: 'my_tool_1', args: {} } }];
  const body = Buffer.from(JSON.stringify({ candidates: [{ content: { parts } }] }));

  const reply = geminiGenerate.decodeReply(body, { ...decodeAbout, toolNames: new Map([['my_tool_1', 'my tool']]) });

  const part = reply.choices[0]?.parts[0];
  assert.deepEqual(part?.kind === 'tool-call' && [shown(part.name), shown(part.id)], [
    'my tool',
    'call_01ARZ3NDEKTSV4RRFFQ69G5FAV_0',
  ]);
});

test('an error is told by the word of Google, and a list of one is read too', () => {
  const error = { code: 429, message: 'said by others', status: 'RESOURCE_EXHAUSTED' };

  assert.deepEqual(read({ error }), { kind: 'error', code: 'resource_exhausted' });
  assert.deepEqual(read([{ error }]), { kind: 'error', code: 'resource_exhausted' });
  assert.equal(geminiGenerate.readErrorCode(Buffer.from(JSON.stringify([{ error }]))), 'resource_exhausted');
  assert.equal(geminiGenerate.readErrorCode(Buffer.from('<html>')), 'unknown');
  assert.deepEqual(read({ error: { code: 500, status: 'my secret prompt' } }), { kind: 'error', code: 'unknown' });
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
  assert.deepEqual(read({ error: { status: 'INVALID_ARGUMENT', details } }), {
    kind: 'error',
    code: 'api_key_invalid',
  });
});

test('what is no answer is not taken for one', () => {
  for (const body of ['', 'null', '[]', '{}', '{"choices":[]}', '<html>']) {
    assert.deepEqual(geminiGenerate.readReply(Buffer.from(body)), { kind: 'not-json' }, body);
  }
});

test('a reply of another family is one of this dialect', () => {
  const text = Content.ofText;
  const body = geminiGenerate.encodeReply(
    {
      model: undefined,
      usage: { input: 3, cachedInput: 4, cacheWrite5m: 5, cacheWrite1h: 0, output: 6, reasoning: 0 },
      choices: [
        {
          index: 0,
          finish: 'paused',
          parts: [
            { kind: 'refusal', text: text('no') },
            { kind: 'tool-call', id: text('toolu_1'), name: text('f'), form: 'custom', input: text('free') },
            { kind: 'foreign', family: 'openai', item: Content.ofJson({}) },
          ],
        },
      ],
    },
    replyAbout,
  );

  assert.deepEqual(JSON.parse(body), {
    candidates: [
      {
        content: {
          parts: [{ text: 'no' }, { functionCall: { id: 'toolu_1', name: 'f', args: { input: 'free' } } }],
          role: 'model',
        },
        finishReason: 'OTHER',
        index: 0,
      },
    ],
    usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 6, totalTokenCount: 18, cachedContentTokenCount: 4 },
    modelVersion: 'public/gemini',
    responseId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  });
});

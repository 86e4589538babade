import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { geminiGenerate } from '#core/protocol/gemini-generate/gemini-generate.ts';
import { address, askFor, decodeAbout, generation, replyAbout } from './gemini.ts';

const names = [
  'contents content parts role text thought thoughtSignature functionCall functionResponse name args id response parts',
  'inlineData inline_data mimeType data fileData fileUri executableCode partialArgs jsonPath stringValue willContinue',
  'generationConfig maxOutputTokens candidateCount responseSchema type properties items nullable thinkingConfig',
  'thinkingBudget thinkingLevel tools functionDeclarations parameters toolConfig functionCallingConfig mode',
  'allowedFunctionNames systemInstruction candidates finishReason index groundingMetadata groundingChunks web uri',
  'groundingSupports segment startIndex endIndex groundingChunkIndices usageMetadata promptTokenCount error status',
  'promptFeedback blockReason logprobsResult chosenCandidates __proto__ constructor details reason',
]
  .join(' ')
  .split(' ');
const words = ['user', 'model', 'function', 'STOP', 'SAFETY', 'OBJECT', 'AQI=', '$.a[0].b', '$.', 'AUTO', 'é😀', ''];

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.oneof(fc.constantFrom(...words), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 5 })
      .map((members) => Object.fromEntries(members)),
  ),
}));

/** A value of any shape where a request, or a reply, has one of a certain shape. */
const shapes = fc.oneof(
  value,
  value.map((part) => ({
    contents: [
      { role: 'user', parts: [part] },
      { role: 'model', parts: [part, part] },
    ],
  })),
  fc.tuple(value, value).map(([contents, tools]) => ({ contents: [contents], tools, generationConfig: tools })),
  fc.tuple(value, value).map(([call, config]) => ({
    contents: { role: 'model', parts: { functionCall: call, functionResponse: config } },
    generationConfig: { thinkingConfig: config, responseSchema: call },
    tools: [{ functionDeclarations: [call, config] }],
  })),
  fc.tuple(value, value).map(([part, rest]) => ({
    candidates: [{ content: { parts: [part, { functionCall: rest }] }, groundingMetadata: rest, finishReason: 'STOP' }],
    usageMetadata: part,
  })),
);

test('whatever a caller sends is read or refused by a fault, and never breaks anything', () => {
  const property = fc.property(shapes, fc.constantFrom('gemini-3-pro', 'gemini-2.5-flash'), (shape, model) => {
    const body = Buffer.from(JSON.stringify(shape));
    try {
      const facts = geminiGenerate.readRequest(body, address);
      const spliced = geminiGenerate.spliceRequest(body, facts, askFor(model));
      const again = geminiGenerate.readRequest(spliced.bytes, address);
      assert.ok(again.outputLimit !== undefined && again.outputLimit <= 1_000);
      const request = geminiGenerate.decodeRequest(body, address);
      JSON.parse(geminiGenerate.encodeRequest(request, askFor(model)).body);
    } catch (thrown) {
      assert.ok(thrown instanceof Fault, String(thrown));
    }
  });
  fc.assert(property, { numRuns: 3_000 });
});

test('whatever an upstream sends is read, and what is made of it can be encoded', () => {
  const property = fc.property(fc.array(shapes, { minLength: 1, maxLength: 3 }), (chunks) => {
    const stream = geminiGenerate.openStream({ generation, choices: 1 });
    const decoder = geminiGenerate.openDecoder(decodeAbout);
    const encoder = geminiGenerate.openEncoder(replyAbout);
    let finished = 0;
    for (const chunk of chunks) {
      const event = { start: 0, end: 0, name: null, data: Buffer.from(JSON.stringify(chunk)) };
      stream.read(event);
      for (const one of decoder.decode(event)) {
        if (one.kind === 'finish' && one.choice === 0) finished++;
        encoder.encode(one);
      }
      const facts = geminiGenerate.readReply(event.data);
      if (facts.kind === 'answer') {
        JSON.parse(geminiGenerate.encodeReply(geminiGenerate.decodeReply(event.data, decodeAbout), replyAbout));
      }
    }
    assert.ok(finished <= 1);
    encoder.end();
  });
  fc.assert(property, { numRuns: 3_000 });
});

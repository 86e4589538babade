import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { Fault, type FaultName, faults } from '#core/generation/fault.ts';
import { geminiGenerate } from '#core/protocol/gemini-generate/gemini-generate.ts';
import { encodeEvents, generation, readStream, replyAbout } from './gemini.ts';

const words: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  415: 'INVALID_ARGUMENT',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

test('every fault has its status, its word and our code as the reason', () => {
  for (const name of Object.keys(faults) as FaultName[]) {
    const { status, body } = geminiGenerate.encodeFault(new Fault(name), generation);
    const { error } = JSON.parse(body);

    assert.equal(status, faults[name].status);
    assert.equal(error.code, status);
    assert.equal(error.status, words[status], name);
    assert.equal(error.message, new Fault(name).sentence);
    assert.deepEqual(error.details, [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: faults[name].code.toUpperCase(),
        domain: 'fairlead',
      },
    ]);
  }
});

test('a known wait stands where Google tells it, when trying again can help', () => {
  const delayOf = (name: FaultName, retryAfterMs: number) =>
    JSON.parse(geminiGenerate.encodeFault(new Fault(name, { retryAfterMs }), generation).body).error.details[1]
      ?.retryDelay;

  assert.equal(delayOf('request-limit-reached', 34_400), '34.4s');
  assert.equal(delayOf('upstream-overloaded', 2_000), '2s');
  assert.equal(delayOf('request-limit-reached', Number.POSITIVE_INFINITY), undefined);
  assert.equal(delayOf('key-refused', 1_000), undefined);
});

test('the terminal error of a stream comes after a blank line, and nothing comes after it', () => {
  const encoder = geminiGenerate.openEncoder(replyAbout);
  const told = encoder.fault(new Fault('stream-cut'));

  assert.match(told, /^\n\ndata: \{"error":\{"code":502,.*\}\n\n$/);
  assert.equal(told, geminiGenerate.encodeStreamFault(new Fault('stream-cut'), generation));
  assert.equal(encoder.end() + encoder.fault(new Fault('stream-cut')), '');
  const { events } = readStream([Buffer.from(`data: {"cand${told}`)]);
  assert.deepEqual(events.at(-1), { kind: 'error', code: 'unavailable' });
});

test('a stream that ends well has no terminal event of its own', () => {
  assert.equal(geminiGenerate.openStream({ generation, choices: 1 }).end(), '');
  assert.match(encodeEvents([]), /"finishReason":"OTHER"/);
});

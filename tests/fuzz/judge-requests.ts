import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import type { GenerationRequest } from '#core/generation/request.ts';
import type { EncodedRequest, Protocol, RequestAddress, RequestFacts } from '#core/protocol/protocol.ts';
import { askOf, newerModelOf } from '../conformance/ask.ts';
import { protocols } from './corpus.ts';

const limit = 1_000;

type Read = { readonly facts: RequestFacts; readonly spliced: Uint8Array; readonly request: GenerationRequest };

/** A caller's body all the way to every upstream; what is refused on the way is refused by a Fault. */
export function workRequest(protocol: Protocol, body: Buffer): void {
  const read = readBody(protocol, body);
  if (read) for (const target of protocols) encodeFor(target, read.request);
}

export function judgeRequest(protocol: Protocol, body: Buffer): void {
  const read = readBody(protocol, body);
  if (!read) return;
  judgeFacts(read.facts, body);
  judgeSent(protocol, Buffer.from(read.spliced));
  for (const target of protocols) {
    const encoded = encodeFor(target, read.request);
    if (!encoded) continue;
    assert.equal(new Set(encoded.dropped).size, encoded.dropped.length, 'a loss is told twice');
    judgeSent(target, Buffer.from(encoded.body));
    assert.equal(encodeFor(target, read.request)?.body, encoded.body, 'the same request gives other bytes');
  }
}

function readBody(protocol: Protocol, body: Buffer): Read | undefined {
  return unlessRefused(() => {
    const facts = protocol.readRequest(body, addressOf(protocol));
    const { bytes: spliced } = protocol.spliceRequest(body, facts, askFor(protocol));
    return { facts, spliced, request: protocol.decodeRequest(body, addressOf(protocol)) };
  });
}

function encodeFor(target: Protocol, request: GenerationRequest): EncodedRequest | undefined {
  return unlessRefused(() => target.encodeRequest(request, askFor(target)));
}

function judgeFacts({ outputLimit, choices, model, ...facts }: RequestFacts, { length }: Buffer): void {
  assert.ok(outputLimit === undefined || (Number.isSafeInteger(outputLimit) && outputLimit >= 0), 'outputLimit');
  assert.ok(Number.isSafeInteger(choices) && choices >= 1, 'choices');
  assert.equal(typeof model, 'string');
  assert.ok(facts.mediaBytes >= 0 && facts.mediaBytes <= length, 'mediaBytes');
  for (const tokens of [facts.mediaTokensMax, facts.mediaTokensLikely]) assert.ok(tokens >= 0, 'media tokens');
  for (const { start, end } of facts.spans.values()) assert.ok(start >= 0 && start <= end && end <= length, 'spans');
}

/** What leaves is a request of that dialect, for the model that was meant, within the limit that was set. */
function judgeSent(target: Protocol, body: Buffer): void {
  // A mark before the body is the caller's own byte: it stays.
  const sent = JSON.parse(body.toString().replace(/^\ufeff/, ''));
  const facts = readAgain(target, body);
  if (!facts) return;
  if (target.name !== 'gemini-generate') assert.equal(sent.model, newerModelOf(target.name));
  assert.ok(facts.outputLimit !== undefined && facts.outputLimit <= limit, `the limit is ${facts.outputLimit}`);
}

/** What was as deep as a caller's body may be can be deeper in another dialect. All else that is refused is wrong. */
function readAgain(target: Protocol, body: Buffer): RequestFacts | undefined {
  try {
    return target.readRequest(body, addressOf(target));
  } catch (thrown) {
    if (thrown instanceof Fault && String(thrown.details.reason).includes('nested more than')) return undefined;
    throw thrown;
  }
}

function askFor(target: Protocol) {
  return askOf(target.name, { model: newerModelOf(target.name), outputLimit: limit });
}

function addressOf({ name }: Protocol): RequestAddress {
  return name === 'gemini-generate' ? { model: 'm', stream: false } : { model: undefined, stream: undefined };
}

function unlessRefused<Value>(attempt: () => Value): Value | undefined {
  try {
    return attempt();
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}

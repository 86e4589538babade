// A request of 40 KB, as agents send it: from each dialect through the neutral form into every other, in this process.
import { Buffer } from 'node:buffer';
import { freePrice } from '../src/core/money/price.ts';
import { bedrockConverse } from '../src/core/protocol/bedrock-converse/bedrock-converse.ts';
import type { Protocol, UpstreamAsk, UpstreamProtocol } from '../src/core/protocol/protocol.ts';
import { protocolOf } from '../src/core/protocol/protocols.ts';
import { type DialectName, dialectNames } from './dialects.ts';
import type { ConversionFigure } from './figures.ts';
import { sentence } from './request-bodies.ts';
import { percentile } from './statistics.ts';

const bytesMin = 40 * 1024;
const warmRuns = 300;
const runs = 1_000;

const models: Readonly<Record<DialectName | 'bedrock-converse', string>> = {
  'openai-chat': 'gpt-5.1',
  'openai-responses': 'gpt-5.1',
  'anthropic-messages': 'claude-opus-5',
  'gemini-generate': 'gemini-3-flash-preview',
  'bedrock-converse': 'anthropic.claude-sonnet-4-5',
};

export function convertRequests(): readonly ConversionFigure[] {
  const origin = agentRequest();
  const upstreams: readonly UpstreamProtocol[] = [...dialectNames.map(protocolOf), bedrockConverse];
  return dialectNames.flatMap((from) => {
    const source = protocolOf(from);
    const body = Buffer.from(bodyIn(source, origin));
    return upstreams
      .filter(({ name }) => name !== from)
      .map((target) => ({ from, to: target.name, bytes: body.length, ...time(source, target, body) }));
  });
}

/** All that the gateway does with a body on its way into another dialect. */
function convert(source: Protocol, target: UpstreamProtocol, body: Buffer): string {
  const address = addressOf(source);
  source.readRequest(body, address);
  return target.encodeRequest(source.decodeRequest(body, address), askOf(target)).body;
}

function time(source: Protocol, target: UpstreamProtocol, body: Buffer) {
  for (let run = 0; run < warmRuns; run++) convert(source, target, body);
  const micros = Array.from({ length: runs }, () => {
    const began = performance.now();
    convert(source, target, body);
    return (performance.now() - began) * 1000;
  }).toSorted((one, other) => one - other);
  return { median: percentile(micros, 50), p99: percentile(micros, 99) };
}

function addressOf({ name }: Protocol) {
  return name === 'gemini-generate' ? { model: 'm', stream: true } : { model: undefined, stream: undefined };
}

function askOf({ name, family }: UpstreamProtocol): UpstreamAsk {
  const model = models[name as keyof typeof models];
  return {
    endpoint: {
      id: 'model@upstream',
      model: 'model',
      upstreamModel: model,
      upstream: {
        name: 'upstream',
        provider: family,
        seller: 'operator',
        protocols: [name],
        baseUrl: 'https://upstream.invalid/v1',
        enabled: true,
        type: 'first_party',
        region: 'eu',
        data: { retentionDays: 0, trains: false, source: 'bench', checked: '2026-11-01' },
      },
      price: { id: 'v1', price: freePrice },
      context: 1_000_000,
      maxOutput: 128_000,
    },
    model,
    outputLimit: 4_096,
    pseudonym: (user) => `someone-${user.length}`,
  };
}

/** The request in the words of one dialect, which its own encoder writes. */
function bodyIn(source: Protocol, origin: Buffer): string {
  const chat = protocolOf('openai-chat');
  if (source.name === chat.name) return origin.toString();
  const { body } = source.encodeRequest(chat.decodeRequest(origin, addressOf(chat)), askOf(source));
  return body;
}

/** A system prompt, a dozen tools with schemas, and turns with calls and results. */
function agentRequest(): Buffer {
  const schema = {
    type: 'object',
    properties: {
      path: { type: 'string', description: sentence },
      lines: { type: 'array', items: { type: 'integer' } },
      mode: { type: 'string', enum: ['read', 'write', 'append'] },
    },
    required: ['path'],
    additionalProperties: false,
  };
  const tools = Array.from({ length: 12 }, (_, place) => ({
    type: 'function',
    function: { name: `tool_${place}`, description: sentence.repeat(3), parameters: schema },
  }));
  const turns: object[] = [];
  const request = () => ({
    model: 'm',
    messages: [{ role: 'system', content: sentence.repeat(40) }, ...turns, { role: 'user', content: sentence }],
    tools,
    max_tokens: 4_096,
    stream: true,
  });
  for (let turn = 0; JSON.stringify(request()).length < bytesMin; turn++) {
    const id = `call_${String(turn).padStart(12, '0')}`;
    const input = JSON.stringify({ path: `src/part-${turn}.ts`, lines: [1, 2, 3], mode: 'read' });
    turns.push(
      { role: 'user', content: [{ type: 'text', text: sentence.repeat(4) }] },
      {
        role: 'assistant',
        content: sentence,
        tool_calls: [{ id, type: 'function', function: { name: `tool_${turn % 12}`, arguments: input } }],
      },
      { role: 'tool', tool_call_id: id, content: sentence.repeat(6) },
    );
  }
  return Buffer.from(JSON.stringify(request()));
}

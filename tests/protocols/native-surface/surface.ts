import { Buffer } from 'node:buffer';
import { freePrice } from '#core/money/price.ts';
import type { Protocol, ReplyFacts, UpstreamAsk } from '#core/protocol/protocol.ts';

const address = { model: undefined, stream: undefined };

const upstream = {
  name: 'up',
  provider: 'openai',
  seller: 'operator',
  protocols: ['openai-chat'],
  baseUrl: 'http://127.0.0.1:9/v1',
  enabled: true,
  type: 'first_party',
  region: 'us',
  data: { retentionDays: 0, trains: false, source: 'test', checked: '' },
} as const;

/** The upstream knows the model as `up`; a pseudonym tells the length of the name alone. */
function askFor(outputLimit = 100): UpstreamAsk {
  const price = { id: 'p', price: freePrice };
  const endpoint = {
    ...{ id: 'own/m@up', model: 'own/m', upstreamModel: 'up', upstream, price },
    ...{ context: 1000, maxOutput: 100 },
  };
  return { endpoint, model: 'up', outputLimit, pseudonym: (user) => `of-${user.length}` };
}

export function factsOf(protocol: Protocol, body: string) {
  return protocol.readRequest(Buffer.from(body), address);
}

export function splice(protocol: Protocol, body: string, outputLimit?: number) {
  const { bytes, splices } = protocol.spliceRequest(
    Buffer.from(body),
    factsOf(protocol, body),
    askFor(outputLimit ?? 100),
  );
  return { text: Buffer.from(bytes).toString(), splices };
}

export function replyOf(protocol: Protocol, reply: unknown): ReplyFacts {
  return protocol.readReply(Buffer.from(typeof reply === 'string' ? reply : JSON.stringify(reply)));
}

/** What of a reply a charge hangs on: whether it is one, and its counts. */
export function usageOf(protocol: Protocol, reply: unknown) {
  const facts = replyOf(protocol, reply);
  if (facts.kind !== 'answer') return facts;
  return { hasContent: facts.hasContent, input: facts.usage?.input, output: facts.usage?.output };
}

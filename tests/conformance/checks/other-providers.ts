import { Buffer } from 'node:buffer';
import type { Protocol } from '#core/protocol/protocol.ts';
import { addressOf, askOf, limitOfOurs } from '../ask.ts';
import { numberIds } from '../compare/canonical.ts';
import { compareRequests } from '../compare/requests.ts';
import type { Exchange } from '../data/exchange.ts';
import { oracles } from '../oracle/oracles.ts';
import type { Item, RequestSummary } from '../oracle/summary.ts';
import { seededRandom } from '../random.ts';
import type { Verdict } from '../report.ts';
import type { Bench } from './bench.ts';

const providers = [
  'azure',
  'openrouter',
  'google',
  'groq',
  'mistral',
  'deepseek',
  'xai',
  'together',
  'fireworks',
  'vllm',
  'unknown',
];

/** Chat is spoken by many, and each leaves something out: what they are told is the same, but for the named losses. */
export function checkOtherProvider(bench: Bench, source: Protocol, exchange: Exchange): void {
  const target = bench.protocols.get('openai-chat');
  const { request } = exchange;
  if (!target || request === undefined || !(bench.wanted(source.name) || bench.wanted('openai-chat'))) return;
  const provider = providers[Math.floor(seededRandom(exchange.id)() * providers.length)] ?? 'unknown';
  const place = { table: 'requests to other providers', pair: `${source.name} → ${provider}`, id: exchange.id };
  bench.report.check(place, () => compareFor(source, target, { ...exchange, request }, provider));
}

function compareFor(
  source: Protocol,
  target: Protocol,
  exchange: Exchange & { readonly request: string },
  provider: string,
): Verdict {
  const bytes = Buffer.from(exchange.request);
  const address = addressOf(source.name, exchange.url);
  const facts = source.readRequest(bytes, address);
  if (facts.nativeOnly !== undefined) return undefined;
  const request = source.decodeRequest(bytes, address);
  const hasFile = request.messages.some(
    (message) =>
      message.role !== 'tool' && message.parts.some((part) => part.kind === 'media' && part.source.kind === 'file'),
  );
  if (hasFile) return undefined;
  const limit = Math.min(facts.outputLimit ?? limitOfOurs, limitOfOurs);
  const encoded = target.encodeRequest(
    request,
    askOf('openai-chat', { model: 'a-model', outputLimit: limit, provider }),
  );
  return compareRequests({
    source: plain(oracles[source.name].readRequest(exchange.request, exchange.url)),
    target: plain(oracles['openai-chat'].readRequest(encoded.body, '')),
    from: source.name,
    to: 'openai-chat',
    dropped: [...request.dropped, ...encoded.dropped],
    limit,
    model: 'a-model',
    isOpenAi: false,
  });
}

/** Some templates take one system message alone; some demand ids of their own form. */
function plain(summary: RequestSummary): RequestSummary {
  const system = summary.system.length > 0 ? [summary.system.join('\n\n')] : [];
  // Where texts cannot stand apart, or words of effort are fewer, what is near is taken.
  const items = summary.items.flatMap((item): Item[] => {
    if (item.kind !== 'text') return [item];
    const text = item.text.replaceAll('\n\n', '');
    return text === '' ? [] : [{ ...item, text }];
  });
  const reasoning = summary.reasoning && { ...summary.reasoning, effort: undefined };
  return { ...summary, system, reasoning, items: numberIds(items) };
}

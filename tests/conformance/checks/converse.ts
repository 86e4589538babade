import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import type { GenerationRequest } from '#core/generation/request.ts';
import { bedrockConverse } from '#core/protocol/bedrock-converse/bedrock-converse.ts';
import { EventStreamSplitter } from '#core/protocol/event-stream-splitter.ts';
import type { Protocol, UpstreamProtocol } from '#core/protocol/protocol.ts';
import type { SseEvent } from '#core/protocol/sse.ts';
import { addressOf, askOf, createdAt, generation, limitOfOurs } from '../ask.ts';
import { firstDifference } from '../compare/difference.ts';
import { compareReplies } from '../compare/replies.ts';
import { compareRequests } from '../compare/requests.ts';
import type { Exchange } from '../data/exchange.ts';
import type { BedrockExchanges, ConverseExchange } from '../data/read-bedrock.ts';
import { plainRequest } from '../features.ts';
import { checkGrammar } from '../grammar/grammar.ts';
import { replyAsMessage, requestAsMessages, streamAsMessage } from '../oracle/converse-as-messages.ts';
import { oracles } from '../oracle/oracles.ts';
import { readPayloads } from '../oracle/read-sse.ts';
import type { Item, ReplySummary, RequestSummary } from '../oracle/summary.ts';
import { seededRandom, splitBytes } from '../random.ts';
import { checkStreamTotals, checkTotals } from '../schema/totals.ts';
import { type Bench, partnersOf } from './bench.ts';
import { checkWholeFacts } from './spliced-replies.ts';

// Bedrock is no dialect of callers. What it is asked and what it answers are compared with Messages, whose words its own
// stand for: see oracle/converse-as-messages.ts.

const converse: UpstreamProtocol = bedrockConverse;
const model = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const messages = oracles['anthropic-messages'];

/** What each recorded request becomes when a model of Anthropic's on Bedrock is asked. */
export function checkConverseRequest({ report, wanted }: Bench, source: Protocol, exchange: Exchange): void {
  const { request, id, url } = exchange;
  if (request === undefined || exchange.status !== 200 || !wanted(source.name)) return;
  const bytes = Buffer.from(request);
  const address = addressOf(source.name, url);
  const facts = source.readRequest(bytes, address);
  if (facts.nativeOnly !== undefined) return;
  const decoded = source.decodeRequest(bytes, address);
  if (holdsFile(decoded)) return;
  const limit = Math.min(facts.outputLimit ?? limitOfOurs, limitOfOurs);
  report.check({ table: 'requests translated', pair: `${source.name} → bedrock-converse`, id }, () => {
    const ask = askOf('anthropic-messages', { model, outputLimit: limit });
    const { body, dropped } = converse.encodeRequest(decoded, ask);
    const path = converse.upstreamPath(model, decoded.stream);
    const told = oracles[source.name].readRequest(request, url);
    return compareRequests({
      source: asConverseCan(told),
      target: asWritten(messages.readRequest(requestAsMessages(body, path), ''), told),
      from: source.name,
      to: 'anthropic-messages',
      dropped: [...decoded.dropped, ...dropped],
      limit,
      model,
    });
  });
}

/** What no block may be: white space alone. And there is no word for "none": then no tool is shown. */
function asConverseCan(told: RequestSummary): RequestSummary {
  const items = told.items.filter((item) => item.kind !== 'text' || item.text.trim() !== '');
  const isNone = told.toolChoice?.kind === 'none';
  return { ...told, items, ...(isNone ? { tools: [], toolChoice: undefined } : {}) };
}

/** Without what it demands and nobody said: a definition of every tool in the history, a word in an empty result. */
function asWritten(found: RequestSummary, told: RequestSummary): RequestSummary {
  const isOfHistory = ({ name, description, parameters }: RequestSummary['tools'][number]) =>
    !told.tools.some((tool) => tool.name === name) &&
    description === undefined &&
    told.items.some((item) => item.kind === 'call' && item.name === name) &&
    isDeepStrictEqual(parameters, { type: 'object', properties: {} });
  const items = found.items.map((item, place): Item => {
    if (item.kind === 'result' && item.output === '(empty)') return { ...item, output: '' };
    const twin = told.items[place];
    // Messages have no films; Converse has.
    return item.kind === 'foreign' && item.type === 'video' && twin?.kind === 'media' ? twin : item;
  });
  return { ...found, items, tools: found.tools.filter((tool) => !isOfHistory(tool)) };
}

function holdsFile({ messages: turns }: GenerationRequest): boolean {
  return turns.some(
    (turn) => turn.role !== 'tool' && turn.parts.some((part) => part.kind === 'media' && part.source.kind === 'file'),
  );
}

export function checkBedrock(bench: Bench, { converse: answers, chunks }: BedrockExchanges): void {
  for (const { id, frames, events } of chunks) {
    bench.report.check({ table: 'frames of invoke', pair: 'anthropic-messages', id }, () => {
      const found = eventsOf(splitBytes(frames, seededRandom(id))).map(({ data }) =>
        Buffer.from(data ?? []).toString(),
      );
      return firstDifference(events, found, 'events');
    });
  }
  for (const answer of answers) {
    if (answer.reply === undefined) checkStream(bench, answer);
    else checkWhole(bench, answer.id, answer.reply);
  }
}

function checkWhole(bench: Bench, id: string, reply: string): void {
  const told = messages.readReply(replyAsMessage(reply));
  bench.report.check({ table: 'replies read', pair: 'bedrock-converse', id }, () =>
    checkWholeFacts(converse, reply, told),
  );
  if (told.error !== undefined) return;
  for (const target of partnersOf(bench, undefined)) {
    const place = { pair: `bedrock-converse → ${target.name}`, id };
    let written = '';
    bench.report.check({ ...place, table: 'replies translated' }, () => {
      const decoded = converse.decodeReply(Buffer.from(reply), { generation, toolNames: new Map() });
      written = target.encodeReply(decoded, aboutOf());
      return compare(told, oracles[target.name].readReply(written), target);
    });
    if (written === '') continue;
    const { schemas } = bench;
    if (schemas) {
      bench.report.check({ ...place, table: 'replies valid' }, () =>
        schemas.checkReply(target.name, JSON.parse(written)),
      );
    }
    bench.report.check({ ...place, table: 'sums of usage' }, () => checkTotals(target.name, JSON.parse(written)));
  }
}

function checkStream(bench: Bench, { id, frames, events }: ConverseExchange): void {
  const told = messages.readReply(streamAsMessage(events));
  for (const target of partnersOf(bench, undefined)) {
    const place = { pair: `bedrock-converse → ${target.name}`, id };
    let written = '';
    bench.report.check({ ...place, table: 'streams translated' }, () => {
      written = translate([frames], target);
      return compare(told, oracles[target.name].readStream(readPayloads(written)), target);
    });
    if (written === '') continue;
    bench.report.check({ ...place, table: 'streams in order' }, () => {
      const wrong = checkGrammar(target.name, written);
      return wrong === undefined ? undefined : { path: 'grammar', detail: wrong };
    });
    const { schemas } = bench;
    if (schemas)
      bench.report.check({ ...place, table: 'streams valid' }, () => schemas.checkStream(target.name, written));
    bench.report.check({ ...place, table: 'sums of usage' }, () => checkStreamTotals(target.name, written));
    bench.report.check({ ...place, table: 'streams in pieces' }, () => {
      const pieces = splitBytes(frames, seededRandom(`${id}${target.name}`));
      return firstDifference(written, translate(pieces, target), 'text');
    });
  }
}

function compare(told: ReplySummary, found: ReplySummary, target: Protocol) {
  return compareReplies(told, found, ['anthropic-messages', target.name]);
}

function aboutOf() {
  return { request: plainRequest, generation, createdAt, wantsUsage: true };
}

function translate(pieces: readonly Uint8Array[], target: Protocol): string {
  const decoder = converse.openDecoder({ generation, toolNames: new Map() });
  const encoder = target.openEncoder(aboutOf());
  const written = eventsOf(pieces)
    .flatMap((event) => decoder.decode(event))
    .map((event) => (event.kind === 'error' ? '' : encoder.encode(event)));
  return written.join('') + encoder.end();
}

function eventsOf(pieces: readonly Uint8Array[]): SseEvent[] {
  const splitter = new EventStreamSplitter();
  return pieces.flatMap((piece) =>
    splitter.push(piece).events.map((event) => ({ ...event, data: copyOf(event.data) })),
  );
}

function copyOf(data: Uint8Array | null): Uint8Array | null {
  return data === null ? null : Buffer.from(data);
}

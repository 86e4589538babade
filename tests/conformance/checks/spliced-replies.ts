import { Buffer } from 'node:buffer';
import type { Usage } from '#core/generation/usage.ts';
import type { Protocol } from '#core/protocol/protocol.ts';
import { type Difference, firstDifference } from '../compare/difference.ts';
import type { Exchange } from '../data/exchange.ts';
import { passOn, readStreamFacts } from '../drive-stream.ts';
import { oracles } from '../oracle/oracles.ts';
import { readPayloads } from '../oracle/read-sse.ts';
import type { Finish, ReplySummary, UsageSummary } from '../oracle/summary.ts';
import { seededRandom, splitBytes } from '../random.ts';
import type { Verdict } from '../report.ts';
import type { Bench } from './bench.ts';

/** What matters of a reply is found in it, whole or streamed, however its bytes come. */
export function checkSplicedReply(bench: Bench, protocol: Protocol, exchange: Exchange): void {
  const { reply } = exchange;
  if (reply === undefined || reply === '') return;
  const place = { pair: exchange.dialect, id: exchange.id };
  if (exchange.status !== 200) {
    bench.report.check({ ...place, table: 'refusals read' }, () => checkRefusal(protocol, reply));
    return;
  }
  const told = readOracle(exchange);
  if (!exchange.isStream) {
    bench.report.check({ ...place, table: 'replies read' }, () => checkWholeFacts(protocol, reply, told));
    return;
  }
  bench.report.check({ ...place, table: 'streams read' }, () => checkStreamFacts(protocol, reply, told));
  bench.report.check({ ...place, table: 'streams read in pieces' }, () => {
    const bytes = Buffer.from(reply);
    const whole = readStreamFacts(protocol, [bytes]);
    const pieces = splitBytes(bytes, seededRandom(exchange.id));
    if (!passOn(pieces).equals(bytes)) return { path: 'bytes', detail: 'other bytes go on than came' };
    return firstDifference(whole, readStreamFacts(protocol, pieces));
  });
}

/** Undefined where it cannot be read: a fixture that is cut or broken. */
export function readOracle(exchange: Exchange): ReplySummary | undefined {
  const oracle = oracles[exchange.dialect];
  try {
    const written = exchange.reply ?? '';
    return exchange.isStream ? oracle.readStream(readPayloads(written)) : oracle.readReply(written);
  } catch {
    return undefined;
  }
}

function checkRefusal(protocol: Protocol, reply: string): Verdict {
  const code = protocol.readErrorCode(Buffer.from(reply));
  if (!/^[a-z][a-z0-9_]{2,47}$/.test(code)) return { path: 'code', detail: `${code} is no closed word` };
  if (code === 'unknown') return { path: 'code', detail: 'a refusal of a known provider has a code' };
  const facts = protocol.readReply(Buffer.from(reply));
  return facts.kind === 'answer' ? { path: 'kind', detail: 'a refusal is taken for an answer' } : undefined;
}

export function checkWholeFacts(
  protocol: Pick<Protocol, 'readReply'>,
  reply: string,
  told: ReplySummary | undefined,
): Verdict {
  const facts = protocol.readReply(Buffer.from(reply));
  if (told === undefined || told.error !== undefined) {
    return facts.kind === 'answer' ? { path: 'kind', detail: 'an error is taken for an answer' } : undefined;
  }
  if (facts.kind !== 'answer') return { path: 'kind', detail: `an answer is taken for ${facts.kind}` };
  return checkFacts(facts, told);
}

export function checkStreamFacts(protocol: Protocol, reply: string, told: ReplySummary | undefined): Verdict {
  const facts = readStreamFacts(protocol, [Buffer.from(reply)]);
  if (facts.goesOnAfterEnd) return { path: 'isTerminal', detail: 'the stream goes on after its terminal event' };
  if (told === undefined) return undefined;
  if (told.error !== undefined) {
    return facts.error === undefined ? { path: 'error', detail: 'an error in the stream is not seen' } : undefined;
  }
  if (facts.error !== undefined) return { path: 'error', detail: `a sound stream is said to fail: ${facts.error}` };
  return checkFacts(facts, told);
}

type Facts = {
  readonly hasContent: boolean;
  readonly outputBytes: number;
  readonly finish: string | undefined;
  readonly usage: Usage | undefined;
};

function checkFacts(facts: Facts, told: ReplySummary): Difference | undefined {
  const isContent = told.choices.some(({ items }) => items.some(({ kind }) => kind !== 'foreign'));
  if (isContent && !facts.hasContent) return { path: 'hasContent', detail: 'content is not seen' };
  const bytes = told.choices.flatMap(({ items }) => items).reduce((sum, item) => sum + textBytes(item), 0);
  if (facts.outputBytes < bytes) return { path: 'outputBytes', detail: `${facts.outputBytes} of at least ${bytes}` };
  const finishes = told.choices.map(({ finish }) => finish);
  if (!finishes.some((finish) => isSameFinish(finish, facts.finish)) && finishes.length > 0) {
    return { path: 'finish', detail: `expected ${finishes.join(', ')}, found ${facts.finish}` };
  }
  return firstDifference(told.usage && plainUsage(told.usage), facts.usage && plainUsage(facts.usage), 'usage');
}

function textBytes(item: ReplySummary['choices'][number]['items'][number]): number {
  if (item.kind === 'call') return Buffer.byteLength(item.name);
  // Where the oracle puts two paragraphs together, the line break between them is its own.
  if (item.kind === 'reasoning') return Buffer.byteLength(item.text.replaceAll('\n\n', ''));
  return 'text' in item ? Buffer.byteLength(item.text) : 0;
}

/** The events of a stream, one by one, do not show that there were calls. */
function isSameFinish(told: Finish | undefined, found: string | undefined): boolean {
  return told === found || (told === 'tool-calls' && found === 'stop');
}

function plainUsage(usage: Usage | UsageSummary): UsageSummary {
  const isSummary = 'cached' in usage;
  return {
    input: usage.input,
    cached: isSummary ? usage.cached : usage.cachedInput,
    write5m: isSummary ? usage.write5m : usage.cacheWrite5m,
    write1h: isSummary ? usage.write1h : usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning ?? 0,
  };
}

import { Buffer } from 'node:buffer';
import type { GenerationRequest } from '#core/generation/request.ts';
import type { Protocol, ReplyAbout } from '#core/protocol/protocol.ts';
import { addressOf, askOf, createdAt, generation, modelFor } from '../ask.ts';
import { firstDifference } from '../compare/difference.ts';
import { compareReplies } from '../compare/replies.ts';
import type { Exchange } from '../data/exchange.ts';
import { translateStream } from '../drive-stream.ts';
import { plainRequest } from '../features.ts';
import { checkGrammar } from '../grammar/grammar.ts';
import { oracles } from '../oracle/oracles.ts';
import { readPayloads } from '../oracle/read-sse.ts';
import type { ReplySummary } from '../oracle/summary.ts';
import { seededRandom, splitBytes } from '../random.ts';
import { checkStreamTotals, checkTotals } from '../schema/totals.ts';
import { type Bench, pairOf, partnersOf } from './bench.ts';
import { checkForeignState, checkReturnedTurn } from './returned-turn.ts';
import { checkLameStream, checkSpoiltReply } from './sharpness.ts';
import { checkStreamFacts, checkWholeFacts, readOracle } from './spliced-replies.ts';

/** A recorded reply says the same to a caller of every other dialect; and so there and back. */
export function checkTranslatedReply(bench: Bench, source: Protocol, exchange: Exchange): void {
  const { reply } = exchange;
  if (reply === undefined || reply === '' || exchange.status !== 200) return;
  const told = readOracle(exchange);
  const isCut = told?.choices.every(({ finish }) => finish === undefined);
  if (told === undefined || told.error !== undefined || isCut) return checkBroken(bench, source, exchange);
  for (const target of partnersOf(bench, source.name)) {
    const given = { bench, source, target, exchange, reply, told, about: aboutOf(source, target, exchange) };
    if (exchange.isStream) checkStream(given);
    else checkWhole(given);
  }
}

type Given = {
  readonly bench: Bench;
  readonly source: Protocol;
  readonly target: Protocol;
  readonly exchange: Exchange;
  readonly reply: string;
  readonly told: ReplySummary;
  readonly about: ReplyAbout;
};

function checkWhole(given: Given): void {
  const { bench, source, target, exchange, told, about } = given;
  const place = { pair: pairOf(source.name, target.name), id: exchange.id };
  const decodeAbout = { generation, toolNames: new Map<string, string>() };
  let written = '';
  bench.report.check({ ...place, table: 'replies translated' }, () => {
    written = target.encodeReply(source.decodeReply(Buffer.from(given.reply), decodeAbout), about);
    return compareReplies(told, oracles[target.name].readReply(written), [source.name, target.name]);
  });
  if (written === '') return;
  const { schemas } = bench;
  if (schemas) {
    bench.report.check({ ...place, table: 'mistakes noticed in replies' }, () =>
      checkSpoiltReply({ schemas, source, target, told, written, id: exchange.id }),
    );
    bench.report.check({ ...place, table: 'replies valid' }, () =>
      schemas.checkReply(target.name, JSON.parse(written)),
    );
  }
  bench.report.check({ ...place, table: 'our own replies read' }, () =>
    checkWholeFacts(target, written, oracles[target.name].readReply(written)),
  );
  bench.report.check({ ...place, table: 'sums of usage' }, () => checkTotals(target.name, JSON.parse(written)));
  bench.report.check({ ...place, table: 'replies there and back' }, () => {
    const back = source.encodeReply(target.decodeReply(Buffer.from(written), decodeAbout), about);
    const path = [source.name, target.name, source.name] as const;
    return compareReplies(told, oracles[source.name].readReply(back), path);
  });
  bench.report.check({ ...place, table: 'foreign state taken out' }, () =>
    checkForeignState({ source, target, told, written, id: exchange.id }),
  );
  bench.report.check({ ...place, table: 'turns returned' }, () =>
    checkReturnedTurn({ source, target, told, written, id: exchange.id }),
  );
}

function checkStream(given: Given): void {
  const { bench, source, target, exchange, told, about } = given;
  const place = { pair: pairOf(source.name, target.name), id: exchange.id };
  const bytes = Buffer.from(given.reply);
  let written = '';
  bench.report.check({ ...place, table: 'streams translated' }, () => {
    written = translateStream({ source, target, pieces: [bytes], about }).text;
    return compareReplies(told, oracles[target.name].readStream(readPayloads(written)), [source.name, target.name]);
  });
  if (written === '') return;
  bench.report.check({ ...place, table: 'streams in order' }, () => {
    const wrong = checkGrammar(target.name, written);
    return wrong === undefined ? undefined : { path: 'grammar', detail: wrong };
  });
  const { schemas } = bench;
  if (schemas) {
    bench.report.check({ ...place, table: 'streams valid' }, () => schemas.checkStream(target.name, written));
  }
  bench.report.check({ ...place, table: 'mistakes noticed in streams' }, () =>
    checkLameStream({ source, target, told, written, id: exchange.id }),
  );
  bench.report.check({ ...place, table: 'our own streams read' }, () =>
    checkStreamFacts(target, written, oracles[target.name].readStream(readPayloads(written))),
  );
  if (target.name === 'openai-chat') {
    bench.report.check({ ...place, table: 'usage that nobody asked for' }, () => {
      const { text } = translateStream({ source, target, pieces: [bytes], about: { ...about, wantsUsage: false } });
      const silent = readPayloads(text).every((payload) => payload === '[DONE]' || !/"usage":\s*\{/.test(payload));
      return silent ? undefined : { path: 'usage', detail: 'it is told all the same' };
    });
  }
  bench.report.check({ ...place, table: 'sums of usage' }, () => checkStreamTotals(target.name, written));
  bench.report.check({ ...place, table: 'streams in pieces' }, () => {
    const pieces = splitBytes(bytes, seededRandom(`${exchange.id}${target.name}`));
    return firstDifference(written, translateStream({ source, target, pieces, about }).text, 'text');
  });
  bench.report.check({ ...place, table: 'streams with other line ends' }, () => {
    const withReturns = Buffer.from(given.reply.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'));
    const pieces = splitBytes(withReturns, seededRandom(exchange.id));
    return firstDifference(written, translateStream({ source, target, pieces, about }).text, 'text');
  });
  bench.report.check({ ...place, table: 'streams there and back' }, () => {
    const back = translateStream({ source: target, target: source, pieces: [Buffer.from(written)], about });
    const path = [source.name, target.name, source.name] as const;
    return compareReplies(told, oracles[source.name].readStream(readPayloads(back.text)), path);
  });
}

/** What is cut, or ends in an error: nothing throws, and a streamed one ends in the error of the caller's dialect. */
function checkBroken(bench: Bench, source: Protocol, exchange: Exchange): void {
  for (const target of partnersOf(bench, source.name)) {
    const place = { pair: pairOf(source.name, target.name), id: exchange.id, table: 'broken replies' };
    bench.report.check(place, () => {
      const bytes = Buffer.from(exchange.reply ?? '');
      if (!exchange.isStream) {
        const { kind } = source.readReply(bytes);
        return kind === 'answer' ? { path: 'kind', detail: 'an error is taken for an answer' } : undefined;
      }
      const about = aboutOf(source, target, exchange);
      const whole = translateStream({ source, target, pieces: [bytes], about });
      const pieces = splitBytes(bytes, seededRandom(exchange.id));
      return firstDifference(whole, translateStream({ source, target, pieces, about }));
    });
  }
}

/** What the caller of the target asked: the recorded request in its dialect; of sources without one, next to nothing. */
function aboutOf(source: Protocol, target: Protocol, exchange: Exchange): ReplyAbout {
  return { request: requestOf(source, target, exchange) ?? plainRequest, generation, createdAt, wantsUsage: true };
}

function requestOf(
  source: Protocol,
  target: Protocol,
  { id, request, url, isStream }: Exchange,
): GenerationRequest | undefined {
  if (request === undefined) return undefined;
  try {
    const decoded = source.decodeRequest(Buffer.from(request), addressOf(source.name, url));
    const ask = askOf(target.name, { model: modelFor(target.name, id) });
    const { body } = target.encodeRequest(decoded, ask);
    return target.decodeRequest(Buffer.from(body), addressOf(target.name, target.upstreamPath(ask.model, isStream)));
  } catch {
    // Its own check tells of it.
    return undefined;
  }
}

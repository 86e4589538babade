import { Buffer } from 'node:buffer';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { GenerationRequest } from '#core/generation/request.ts';
import type { Protocol } from '#core/protocol/protocol.ts';
import { addressOf, askOf, limitOfOurs, modelFor } from '../ask.ts';
import { compareRequests, type RequestPair } from '../compare/requests.ts';
import type { Exchange } from '../data/exchange.ts';
import { oracles } from '../oracle/oracles.ts';
import type { Verdict } from '../report.ts';
import { type Bench, pairOf, partnersOf } from './bench.ts';
import { checkLosses } from './losses.ts';
import { checkSpoiltRequest } from './sharpness.ts';

type Translated = {
  readonly body: string;
  readonly path: string;
  readonly limit: number;
  readonly model: string;
  readonly dropped: ReadonlySet<DroppableField>;
};

/** A recorded request says the same in every other dialect, but for the losses that are named; and so there and back. */
export function checkTranslatedRequest(bench: Bench, source: Protocol, exchange: Exchange): void {
  const { request } = exchange;
  if (request === undefined) return;
  for (const target of partnersOf(bench, source.name)) {
    const pair = pairOf(source.name, target.name);
    const place = { pair, id: exchange.id };
    if (isOnlyFor(source, target, exchange)) {
      bench.report.note({ ...place, table: 'requests that only their own family serves' }, undefined);
      continue;
    }
    let there: Translated | undefined;
    bench.report.check({ ...place, table: 'requests translated' }, () => {
      there = translate({ source, target, body: request, url: exchange.url, id: exchange.id });
      return there && compareRequests(pairFor(source, target, exchange, there));
    });
    if (there === undefined) continue;
    const translated = there;
    bench.report.check({ ...place, table: 'losses named' }, () =>
      checkLosses(pairFor(source, target, exchange, translated)),
    );
    const { body, path, dropped } = there;
    bench.report.countLosses(pair, dropped);
    if (bench.schemas) {
      const { schemas } = bench;
      bench.report.check({ ...place, table: 'mistakes noticed in requests' }, () =>
        checkSpoiltRequest({
          schemas,
          pair: pairFor(source, target, exchange, translated),
          body,
          path,
          id: exchange.id,
        }),
      );
      bench.report.check({ ...place, table: 'requests valid' }, () =>
        schemas.checkRequest(target.name, JSON.parse(body)),
      );
    }
    const lost = dropped;
    bench.report.check({ ...place, table: 'requests there and back' }, () => {
      const back = translate({ source: target, target: source, body, url: path, id: exchange.id });
      if (back === undefined) return { path: 'nativeOnly', detail: 'what we wrote ourselves is not translated' };
      return compareBack({ source, target, exchange, back, lost });
    });
  }
}

type Asked = {
  readonly source: Protocol;
  readonly target: Protocol;
  readonly body: string;
  readonly url: string;
  readonly id: string;
};

/** What readRequest says to be native, and files that are stored at another family: the encoders refuse them. */
function isOnlyFor(source: Protocol, target: Protocol, { request = '', url }: Exchange): boolean {
  const bytes = Buffer.from(request);
  const address = addressOf(source.name, url);
  try {
    if (source.readRequest(bytes, address).nativeOnly !== undefined) return true;
    return holdsFile(source.decodeRequest(bytes, address), target.family);
  } catch {
    // The check that follows tells of it.
    return false;
  }
}

/** Undefined: only an upstream of this dialect can serve it. */
function translate({ source, target, body, url, id }: Asked): Translated | undefined {
  const bytes = Buffer.from(body);
  const address = addressOf(source.name, url);
  const facts = source.readRequest(bytes, address);
  if (facts.nativeOnly !== undefined) return undefined;
  const request: GenerationRequest = source.decodeRequest(bytes, address);
  const limit = Math.min(facts.outputLimit ?? limitOfOurs, limitOfOurs);
  const ask = askOf(target.name, { model: modelFor(target.name, id), outputLimit: limit });
  const encoded = target.encodeRequest(request, ask);
  return {
    body: encoded.body,
    path: target.upstreamPath(ask.model, request.stream),
    limit,
    model: ask.model,
    dropped: new Set([...request.dropped, ...encoded.dropped]),
  };
}

function holdsFile({ messages }: GenerationRequest, except: string): boolean {
  return messages.some(
    (message) =>
      message.role !== 'tool' &&
      message.parts.some(
        (part) => part.kind === 'media' && part.source.kind === 'file' && part.source.family !== except,
      ),
  );
}

function pairFor(source: Protocol, target: Protocol, exchange: Exchange, there: Translated): RequestPair {
  return {
    source: oracles[source.name].readRequest(exchange.request ?? '', exchange.url),
    target: oracles[target.name].readRequest(there.body, there.path),
    from: source.name,
    to: target.name,
    dropped: there.dropped,
    limit: there.limit,
    model: there.model,
  };
}

function compareBack(given: {
  readonly source: Protocol;
  readonly target: Protocol;
  readonly exchange: Exchange;
  readonly back: Translated;
  readonly lost: ReadonlySet<DroppableField>;
}): Verdict {
  const { source, target, exchange, back } = given;
  return compareRequests({
    source: oracles[source.name].readRequest(exchange.request ?? '', exchange.url),
    target: oracles[source.name].readRequest(back.body, back.path),
    from: source.name,
    to: source.name,
    via: target.name,
    dropped: new Set([...given.lost, ...back.dropped]),
    limit: back.limit,
    model: back.model,
  });
}

import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import type { Protocol } from '#core/protocol/protocol.ts';
import { addressOf, askOf, limitOfOurs, modelFor } from '../ask.ts';
import { firstDifference } from '../compare/difference.ts';
import { pseudonymOf } from '../compare/requests.ts';
import type { Exchange } from '../data/exchange.ts';
import { oracles } from '../oracle/oracles.ts';
import { at, count, eitherCase, isPlain, type Plain, said } from '../oracle/plain.ts';
import type { Dialect } from '../oracle/summary.ts';
import type { Verdict } from '../report.ts';
import type { Bench } from './bench.ts';
import { spliceTrace } from './splice-trace.ts';

/** Every recorded request is taken, and goes on with its own bytes but for what the splice table says. */
export function checkSplicedRequest(bench: Bench, protocol: Protocol, exchange: Exchange): void {
  const { request } = exchange;
  if (request === undefined) return;
  const dialect = exchange.dialect;
  if (exchange.status !== 200) {
    const place = { pair: dialect, id: exchange.id, table: 'refused requests read' };
    return bench.report.check(place, () => checkHarmless(protocol, exchange, request));
  }
  const place = { pair: dialect, id: exchange.id };
  bench.report.check({ ...place, table: 'requests read' }, () => checkFacts(protocol, exchange, request));
  const { schemas } = bench;
  if (schemas && exchange.id.startsWith('feature:')) {
    bench.report.check({ ...place, table: 'features valid' }, () => schemas.checkRequest(dialect, JSON.parse(request)));
  }
  bench.report.check({ ...place, table: 'requests spliced' }, () => checkSplice(protocol, exchange, request));
}

/** What an upstream refused may be malformed: it is read, or refused by a fault. */
function checkHarmless(protocol: Protocol, exchange: Exchange, request: string): Verdict {
  const address = addressOf(exchange.dialect, exchange.url);
  try {
    protocol.readRequest(Buffer.from(request), address);
    protocol.decodeRequest(Buffer.from(request), address);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  return undefined;
}

function checkFacts(protocol: Protocol, exchange: Exchange, request: string): Verdict {
  const facts = protocol.readRequest(Buffer.from(request), addressOf(exchange.dialect, exchange.url));
  const told = oracles[exchange.dialect].readRequest(request, exchange.url);
  const expected = {
    model: told.model,
    stream: told.stream,
    outputLimit: told.limit,
    choices: told.settings.choices ?? 1,
    hasTools: told.tools.length + told.hosted.length > 0 || said(told.settings.webSearch),
  };
  const { model, stream, outputLimit, choices } = facts;
  // An empty list of tools may count as tools; tools may not be overlooked.
  const hasTools = facts.hasTools && (expected.hasTools || Object.hasOwn(JSON.parse(request), 'tools'));
  return firstDifference({ ...expected, hasTools }, { model, stream, outputLimit, choices, hasTools: facts.hasTools });
}

function checkSplice(protocol: Protocol, exchange: Exchange, request: string): Verdict {
  const bytes = Buffer.from(request);
  const facts = protocol.readRequest(bytes, addressOf(exchange.dialect, exchange.url));
  const limit = limitFor(request, facts.outputLimit);
  const model = modelFor(exchange.dialect, exchange.id);
  const spliced = protocol.spliceRequest(bytes, facts, askOf(exchange.dialect, { model, outputLimit: limit }));
  const written = Buffer.from(spliced.bytes).toString('utf8');
  const before: unknown = JSON.parse(request);
  if (!isPlain(before)) return { path: 'body', detail: 'is no object' };
  const hasHostedTools = oracles[exchange.dialect].readRequest(request, exchange.url).hosted.length > 0;
  const wanted = predict(exchange.dialect, before, { limit, model, hasHostedTools });
  const difference = firstDifference(wanted, JSON.parse(written), 'body');
  if (difference) return difference;
  const trace = spliceTrace(request, written);
  return trace === undefined ? undefined : { path: 'bytes', detail: trace };
}

/** One less than the caller's own, so that there is something to clamp; but room for the thinking that it asks for. */
function limitFor(request: string, named: number | undefined): number {
  if (named === undefined) return limitOfOurs;
  const budget = count(at(JSON.parse(request), 'thinking', 'budget_tokens'));
  return named - 1 > budget ? named - 1 : named;
}

/** The splice tables, as the design states them, on a parsed body. */
type Given = { readonly limit: number; readonly model: string; readonly hasHostedTools: boolean };

/** MONEY §4: so many calls of tools that the upstream runs are held for when the caller names no number. */
const hostedCallsOtherwise = 8;

function predict(dialect: Dialect, body: Plain, given: Given): Plain {
  const { limit, model, hasHostedTools } = given;
  switch (dialect) {
    case 'openai-chat':
      return predictChat(body, given);
    case 'openai-responses': {
      const told = { ...body, model, max_output_tokens: limit };
      const calls = hasHostedTools && !said(body.max_tool_calls) ? { max_tool_calls: hostedCallsOtherwise } : {};
      return { ...told, ...calls, ...people(body), ...(said(body.store) ? {} : { store: false }) };
    }
    case 'anthropic-messages': {
      const user = at(body, 'metadata', 'user_id');
      const metadata =
        typeof user === 'string' ? { metadata: { ...(body.metadata as Plain), user_id: pseudonymOf(user) } } : {};
      return { ...body, model, max_tokens: limit, ...metadata };
    }
    case 'gemini-generate': {
      const name = Object.hasOwn(body, 'generation_config') ? 'generation_config' : 'generationConfig';
      const config = (body[name] ?? {}) as Plain;
      const named =
        eitherCase(config, 'maxOutputTokens') === at(config, 'maxOutputTokens')
          ? 'maxOutputTokens'
          : 'max_output_tokens';
      return { ...body, [name]: { ...config, [named]: limit } };
    }
  }
}

function predictChat(body: Plain, { limit, model }: Given): Plain {
  const named = ['max_tokens', 'max_completion_tokens'].filter((name) => said(body[name]));
  if (named.length === 0) named.push('max_completion_tokens');
  const wanted: Record<string, unknown> = { ...body, model, ...people(body) };
  for (const name of named) wanted[name] = limit;
  if (body.stream === true) wanted.stream_options = { ...(body.stream_options as Plain | null), include_usage: true };
  if (!said(body.store)) wanted.store = false;
  return wanted;
}

/** An end user reaches an upstream as a pseudonym only. */
function people(body: Plain): Plain {
  const changed: Record<string, unknown> = {};
  for (const name of ['user', 'safety_identifier']) {
    const value = body[name];
    if (typeof value === 'string') changed[name] = pseudonymOf(value);
  }
  return changed;
}

import type { Protocol } from '#core/protocol/protocol.ts';
import { hasMadeIds } from '../compare/canonical.ts';
import { compareReplies } from '../compare/replies.ts';
import { compareRequests, type RequestPair } from '../compare/requests.ts';
import { checkGrammar } from '../grammar/grammar.ts';
import { oracles } from '../oracle/oracles.ts';
import { readPayloads } from '../oracle/read-sse.ts';
import type { Dialect, ReplySummary } from '../oracle/summary.ts';
import { seededRandom } from '../random.ts';
import type { Verdict } from '../report.ts';
import type { Schemas } from '../schema/schemas.ts';
import { checkTotals } from '../schema/totals.ts';
import { leavesOf, spoil } from './leaves.ts';

// The tier itself on trial: what we wrote is spoilt in one place, and some check of it must notice.

/**
 * What may change unnoticed: names of our own making and of files, citations, and words that stand beside what is
 * asked. A tool of Responses that does not speak of strictness may be told to others either way.
 */
const unseen: Readonly<Record<Dialect, { readonly request: RegExp; readonly reply: RegExp }>> = {
  'openai-chat': {
    // A schema needs a name here that other dialects do not give it.
    request:
      /^\.prompt_cache_key$|json_schema\.(name|strict|description)$|annotations|filename$|^\.tools\[\]\.function\.strict$/,
    reply: /^\.(id|created)$|annotations|reasoning_details\[\]\.(format|type|index)$|images\[\]\.type$/,
  },
  'openai-responses': {
    request: /^\.prompt_cache_key$|^\.text\.format\.(name|strict|description)$|annotations|filename$/,
    // The ids are ours; what is neither output, usage nor status repeats the request.
    reply: /^(?!\.(output\[|usage|status|incomplete_details|model$|object$))|output\[\]\.id$|annotations/,
  },
  'anthropic-messages': {
    request: /budget_tokens$|content\[\]\.title$|^\.tools\[\]\.strict$/,
    reply: /^\.id$|citations/,
  },
  // Budgets come from words by a table of shares that has tests of its own; a URL does not say its type.
  'gemini-generate': { request: /thinkingConfig|fileData\.mimeType/, reply: /^\.responseId$|groundingMetadata/ },
};

export function checkSpoiltRequest(given: {
  readonly schemas: Schemas;
  readonly pair: RequestPair;
  readonly body: string;
  readonly path: string;
  readonly id: string;
}): Verdict {
  const { pair, schemas } = given;
  const parsed: unknown = JSON.parse(given.body);
  const leaves = leavesOf(parsed).filter((leaf) => !unseen[pair.to].request.test(leaf.path));
  const leaf = leaves[Math.floor(seededRandom(given.id + pair.to)() * leaves.length)];
  if (leaf === undefined) return undefined;
  const spoilt = spoil(parsed, leaf);
  if (schemas.checkRequest(pair.to, spoilt)) return undefined;
  const target = readSafely(() => oracles[pair.to].readRequest(JSON.stringify(spoilt), given.path));
  if (target === undefined || compareRequests({ ...pair, target }) !== undefined) return undefined;
  return { path: `${pair.to} ${leaf.path}`, detail: 'it was spoilt and nothing was noticed' };
}

export function checkSpoiltReply(given: {
  readonly schemas: Schemas;
  readonly source: Protocol;
  readonly target: Protocol;
  readonly told: ReplySummary;
  readonly written: string;
  readonly id: string;
}): Verdict {
  const { source, target, told, schemas } = given;
  const parsed: unknown = JSON.parse(given.written);
  // Ids that we had to make may be any.
  const isMade = told.choices.some(({ items }) => hasMadeIds(items));
  const leaves = leavesOf(parsed).filter(
    ({ path }) => !unseen[target.name].reply.test(path) && !(isMade && /\.(call_)?id$/.test(path)),
  );
  const leaf = leaves[Math.floor(seededRandom(given.id + target.name)() * leaves.length)];
  if (leaf === undefined) return undefined;
  const spoilt = spoil(parsed, leaf);
  if (schemas.checkReply(target.name, spoilt) || checkTotals(target.name, spoilt)) return undefined;
  const found = readSafely(() => oracles[target.name].readReply(JSON.stringify(spoilt)));
  if (found === undefined || compareReplies(told, found, [source.name, target.name]) !== undefined) return undefined;
  return { path: `${target.name} ${leaf.path}`, detail: 'it was spoilt and nothing was noticed' };
}

function readSafely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** One event of a stream of ours is left out. */
export function checkLameStream(given: {
  readonly source: Protocol;
  readonly target: Protocol;
  readonly told: ReplySummary;
  readonly written: string;
  readonly id: string;
}): Verdict {
  const { source, target, told, written } = given;
  const events = written.split(/(?<=\n\n)/);
  const place = Math.floor(seededRandom(given.id + target.name)() * events.length);
  // Citations and log probabilities are not compared, and no arguments are the same as empty ones.
  if (
    /annotation|citation|groundingMetadata|logprobsResult|"logprobs":\{|ZmFpcmxlYWQ6MXhz"|!\[image\]|"(?:arguments|partial_json)":"\{\}"/.test(
      events[place] ?? '',
    )
  )
    return undefined;
  const lame = events.toSpliced(place, 1).join('');
  if (readSafely(() => checkGrammar(target.name, lame) ?? 'sound') !== 'sound') return undefined;
  const found = readSafely(() => oracles[target.name].readStream(readPayloads(lame)));
  if (found === undefined || compareReplies(told, found, [source.name, target.name]) !== undefined) return undefined;
  const event = (events[place] ?? '').replace(/"(text|delta|content)":"[^"]*"/, '"$1":"…"').slice(0, 300);
  return { path: `${target.name} event`, detail: `it was left out and nothing was noticed: ${event}` };
}

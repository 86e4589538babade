import assert from 'node:assert/strict';
import { errorOf, type Reply } from '../journeys/caller.ts';
import { readStream, type SeenStream } from '../journeys/read-stream.ts';
import { type Explained, toNano } from '../journeys/running-fairlead.ts';
import { type Outcome, wordsOfFault } from './expected-outcomes.ts';
import { type Cell, faultyPrice, healthyPrice, healthyWords, outcomeWithinMs, promptTokens } from './fault-cells.ts';

export function judgeCell(cell: Cell, reply: Reply, record: Explained): void {
  const outcome = outcomeOf(cell);
  judgeShape(cell, reply);
  judgeAttempts(cell, reply, record);
  switch (outcome.kind) {
    case 'answer':
      judgeAnswer(cell, outcome, reply, record);
      break;
    case 'before':
      judgeRefusal(cell, outcome, reply, record);
      break;
    case 'after':
      judgeBreak(outcome, reply, record);
      break;
  }
}

/** With a healthy endpoint behind it, whatever may fail over ends as that one's answer. */
function outcomeOf({ expected, way, setting }: Cell): Outcome {
  const outcome = way === 'whole' ? expected.whole : expected.streamed;
  const isTaken = outcome.kind === 'before' && outcome.failsOver;
  const isOdd = expected.mode.startsWith('flaky');
  if (setting === 'alone' || !(isTaken || isOdd)) return outcome;
  return { kind: 'answer', words: healthyWords(expected.mode), source: 'reported', end: 'completed' };
}

function isHealthyAnswer(cell: Cell, outcome: Outcome): boolean {
  return outcome.kind === 'answer' && outcome.words === healthyWords(cell.expected.mode);
}

/** One terminal outcome, in time, in valid bytes of the protocol. */
function judgeShape({ way, expected }: Cell, reply: Reply): void {
  assert.ok(reply.isWhole, `the reply broke off with status ${reply.status}`);
  assert.ok(reply.ms < outcomeWithinMs, `after ${reply.ms} ms`);
  assert.doesNotMatch(reply.body.subarray(0, 4096).toString('latin1'), /<html|<!doctype/i);
  if (reply.status !== 200) {
    assert.equal(reply.headers['content-type'], 'application/json');
    assert.deepEqual(Object.keys(errorOf(reply)).sort(), ['code', 'message', 'param', 'type']);
    assert.equal(errorOf(reply).param, null);
  } else if (way === 'whole') assert.ok(Array.isArray(choicesOf(reply)));
  else judgeStream(readStream(reply.body), expected.mode === 'invalid-json' ? 1 : 0);
}

/** HTTP clients take a byte order mark away. */
function choicesOf(reply: Reply): readonly { readonly message: { readonly content: string | null } }[] {
  return JSON.parse(reply.body.toString().replace(/^\ufeff/, '')).choices;
}

/** A chunk that is no JSON passes as it came. */
function judgeStream(seen: SeenStream, malformed: number): void {
  assert.equal(seen.broken.length, malformed, 'data that is no JSON');
  assert.equal(seen.rest, '', 'half an event at the end');
  const whole = seen.data.filter((data) => data !== '[DONE]' && !seen.broken.includes(data));
  const errors = whole.filter((data) => JSON.parse(data).error !== undefined);
  const dones = seen.data.filter((data) => data === '[DONE]');
  assert.equal(errors.length + dones.length, 1, `${errors.length} errors and ${dones.length} [DONE]`);
  assert.equal(seen.data.at(-1), dones[0] ?? errors[0], 'something follows the end');
}

function judgeAttempts({ expected }: Cell, reply: Reply, record: Explained): void {
  const { attempts } = record;
  assert.ok(attempts.length >= 1 && attempts.length <= 3, `${attempts.length} attempts`);
  for (const { endpoint } of attempts) {
    assert.ok(attempts.filter((other) => other.endpoint === endpoint).length <= 2, `${endpoint} thrice`);
  }
  const told = reply.headers['x-fairlead-attempts'];
  if (told !== undefined) assert.equal(told, String(attempts.length));
  if (expected.mode === 'refused') assert.equal(attempts[0]?.verdict, 'connect-failed');
  assert.ok(toNano(record.charge_usd) <= toNano(record.hold_usd), 'more was charged than held');
}

function judgeAnswer(cell: Cell, outcome: Outcome & { kind: 'answer' }, reply: Reply, record: Explained): void {
  const isStream = cell.way !== 'whole';
  const isHealthy = isHealthyAnswer(cell, outcome);
  assert.equal(reply.status, 200, reply.body.subarray(0, 300).toString());
  const seen = readStream(reply.body);
  const text = isStream ? seen.text : (choicesOf(reply)[0]?.message.content ?? '');
  assert.equal(text === '' ? 0 : text.split(' ').length, outcome.words);
  if (isStream) {
    assert.ok(seen.isDone);
    const isUsageApart = isHealthy || cell.expected.mode !== 'usage-with-choices';
    const wanted = cell.way === 'streamed-with-usage' && isUsageApart && cell.expected.mode !== 'no-usage';
    assert.equal(seen.usageChunks > 0, wanted, `${seen.usageChunks} usage chunks`);
  }
  assert.equal(record.end_reason, outcome.end);
  assert.equal(record.attempts.at(-1)?.verdict, 'answered');
  assert.equal(record.attempts.at(-1)?.endpoint.endsWith('@healthy'), isHealthy);
  judgeCharge(outcome, isHealthy, record);
}

function judgeCharge(outcome: Outcome & { kind: 'answer' }, isHealthy: boolean, record: Explained): void {
  const price = isHealthy ? healthyPrice : faultyPrice;
  const { usage } = record;
  const nano = BigInt(usage.input * price.input + usage.output * price.output) * 1_000n;
  assert.equal(toNano(record.charge_usd), nano);
  // Refused before the first word: free, whatever was reported.
  if (outcome.words === 0) return assert.equal(nano, 0n);
  assert.equal(record.usage_source, outcome.source);
  assert.notEqual(record.price_version, null);
  if (outcome.source === 'reported') {
    // Some faults send fewer words than they report, within what is believed.
    const output = outcome.words < 10 ? wordsOfFault : outcome.words;
    return assert.deepEqual([usage.input, usage.output], [promptTokens, output]);
  }
  // Four bytes make about a token, and sixty words are about three hundred bytes.
  assert.ok(usage.output >= 40 && usage.output <= 130, `${usage.output} output tokens estimated`);
  assert.ok(usage.input >= promptTokens && usage.input <= 100, `${usage.input} input tokens estimated`);
}

function judgeRefusal(cell: Cell, outcome: Outcome & { kind: 'before' }, reply: Reply, record: Explained): void {
  const seen = readStream(reply.body);
  // On a busy machine any answer may be slower than a heartbeat.
  const isInBand = cell.way !== 'whole' && (outcome.isSlow || seen.comments.length > 0);
  const code = isInBand ? seen.error?.code : errorOf(reply).code;
  assert.deepEqual([reply.status, code], [isInBand ? 200 : outcome.status, outcome.code]);
  if (isInBand) assert.ok(seen.comments.length > 0 && seen.text === '');
  else if (outcome.status >= 500) assert.equal(reply.headers['x-should-retry'], 'false');
  assert.equal(record.end_reason, outcome.failsOver ? 'failed' : 'refused');
  assert.equal(record.charge_usd, '0.000000000');
  if (!outcome.failsOver) assert.equal(record.attempts.length, 1);
}

function judgeBreak(outcome: Outcome & { kind: 'after' }, reply: Reply, record: Explained): void {
  const seen = readStream(reply.body);
  assert.equal(reply.status, 200);
  assert.ok(seen.text.length > 0, 'words came');
  assert.equal(seen.finish, undefined);
  assert.deepEqual([seen.error?.code, seen.error?.type], [outcome.code, 'server_error']);
  assert.equal(record.attempts.length, 1);
  assert.equal(record.end_reason, outcome.end);
  assert.equal(record.charge_usd, '0.000000000');
}

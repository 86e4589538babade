import assert from 'node:assert/strict';
import type { Reply } from './caller.ts';
import { type Cell, failsOver, outcomeOf } from './cells.ts';
import { faultyPrice, healthyPrice, outcomeWithinMs } from './configuration.ts';
import { errorWordOf, statusOf, streamErrorWordOf } from './fault-words.ts';
import type { Outcome } from './outcomes.ts';
import { type Explained, toNano } from './record.ts';
import type { Told } from './speech/told.ts';

/** What the chaos upstream says of the question that it answered last. */
export type Served = { readonly input: number; readonly output: number };

export type Seen = {
  readonly reply: Reply;
  /** Undefined: this Fairlead's records are out of reach, and only the reply is judged. */
  readonly record: Explained | undefined;
  readonly served: Served | undefined;
};

/** The oracle. Throws what is wrong. */
export function judgeCell(cell: Cell, { reply, record, served }: Seen): void {
  const outcome = outcomeOf(cell);
  const told = judgeShape(cell, reply);
  if (record) judgeAttempts(cell, reply, record);
  switch (outcome.kind) {
    case 'answer':
      judgeAnswer(cell, outcome, reply, told);
      if (record) judgeAnswered(cell, outcome, record, served);
      break;
    case 'before':
      judgeRefusal(cell, outcome, reply, told);
      if (record) judgeRefused(outcome, record);
      break;
    case 'after':
      judgeBreak(cell, outcome, reply, told);
      if (record) judgeBroken(outcome, record);
      break;
  }
}

/** One terminal outcome, in time, in valid bytes of the dialect. Undefined: a refusal, not an answer. */
function judgeShape(cell: Cell, reply: Reply): Told | undefined {
  const { way, expected } = cell;
  assert.ok(reply.isWhole, `the reply broke off with status ${reply.status}`);
  assert.ok(reply.ms < outcomeWithinMs, `after ${reply.ms} ms`);
  assert.doesNotMatch(reply.body.subarray(0, 4096).toString('latin1'), /<html|<!doctype/i);
  if (reply.status !== 200) {
    assert.equal(reply.headers['content-type'], 'application/json');
    assert.deepEqual(way.speech.readError(reply.body).odd, [], reply.body.subarray(0, 300).toString());
    return undefined;
  }
  const told = way.isStream ? way.speech.readStream(reply.body) : way.speech.readWhole(reply.body);
  // What an upstream gets wrong goes on as it came to a caller of its own dialect. A translation is always right.
  const isPassed = cell.tongue === way.tongue && !failsOver(cell);
  const broken = told.broken.filter(
    (problem) => !(isPassed && expected.isGarbled && problem === 'data that is no JSON'),
  );
  assert.deepEqual(broken, [], 'not valid');
  if (!(isPassed && expected.isOdd) && !(way.isRouter && expected.isOdd))
    assert.deepEqual(told.odd, [], 'out of order');
  return told;
}

function judgeAttempts(cell: Cell, reply: Reply, { attempts, hold_usd, charge_usd }: Explained): void {
  assert.ok(attempts.length >= 1 && attempts.length <= 3, `${attempts.length} attempts`);
  for (const { endpoint } of attempts) {
    assert.ok(attempts.filter((other) => other.endpoint === endpoint).length <= 2, `${endpoint} thrice`);
  }
  if (failsOver(cell)) assert.equal(attempts.length, 2, 'another endpoint is tried at once');
  const told = reply.headers['x-fairlead-attempts'];
  if (told !== undefined) assert.equal(told, String(attempts.length));
  if (cell.expected.mode === 'refused') assert.equal(attempts[0]?.verdict, 'connect-failed');
  assert.ok(toNano(charge_usd) <= toNano(hold_usd), 'more was charged than held');
}

function judgeAnswer(cell: Cell, outcome: Outcome & { kind: 'answer' }, reply: Reply, told: Told | undefined): void {
  assert.equal(reply.status, 200, reply.body.subarray(0, 300).toString());
  assert.ok(told);
  assert.equal(told.error, undefined);
  assert.equal(told.text.trim() === '' ? 0 : told.text.trim().split(/\s+/).length, outcome.words, 'words');
  if (cell.expected.mode === 'text-surrogates' && !failsOver(cell))
    assert.equal(told.text, 'one two \ud83d\ude00 three');
  if (cell.expected.mode === 'tool-surrogates' && !failsOver(cell)) {
    assert.deepEqual(JSON.parse(told.calls), { mood: '\ud83d\ude00' });
  }
  if (cell.way.speech.name === 'chat' && cell.way.isStream && !cell.way.isRouter) judgeUsageApart(cell, told);
}

function judgeUsageApart(cell: Cell, told: Told): void {
  const isOwn = cell.tongue === cell.way.tongue && !failsOver(cell);
  // What an upstream of Chat does not say apart is not said apart by us.
  if (isOwn && cell.expected.mode === 'usage-with-choices') return;
  // Nor what could not be believed.
  if (outcomeOf(cell).kind === 'answer' && /^(no-usage|usage-)/.test(cell.expected.mode) && !failsOver(cell)) return;
  assert.equal(told.usageApart, cell.way.wantsUsage === true, 'the usage chunk');
}

function judgeAnswered(
  cell: Cell,
  outcome: Outcome & { kind: 'answer' },
  record: Explained,
  served: Served | undefined,
): void {
  const isHealthy = failsOver(cell);
  assert.equal(record.end_reason, outcome.end);
  assert.equal(record.attempts.at(-1)?.verdict, 'answered');
  assert.equal(/@healthy-/.test(record.attempts.at(-1)?.endpoint ?? ''), isHealthy, 'who answered');
  const price = isHealthy ? healthyPrice : faultyPrice;
  const { usage } = record;
  assert.equal(toNano(record.charge_usd), BigInt(usage.input * price.input + usage.output * price.output) * 1_000n);
  // Refused before the first word: free, whatever was reported.
  if (outcome.end === 'filtered' && outcome.words === 0) return assert.equal(record.charge_usd, '0.000000000');
  assert.equal(record.usage_source, outcome.source);
  assert.notEqual(record.price_version, null);
  assert.ok(served, 'the upstream tells what it served');
  if (outcome.source === 'reported') {
    return assert.deepEqual([usage.input, usage.output], [served.input, outcome.billed]);
  }
  assert.ok(usage.input >= served.input && usage.input <= 200, `${usage.input} input tokens estimated`);
  if (outcome.billed === 0) return assert.equal(usage.output, 0);
  // Four bytes make about a token, and sixty words are about three hundred bytes.
  assert.ok(usage.output >= 40 && usage.output <= 130, `${usage.output} output tokens estimated`);
}

function judgeRefusal(cell: Cell, outcome: Outcome & { kind: 'before' }, reply: Reply, told: Told | undefined): void {
  const { way } = cell;
  const { fault, or } = outcome;
  if (told) {
    // On a busy machine any answer may be slower than a heartbeat.
    assert.ok(way.isStream && told.comments > 0, `a refusal under 200: ${told.text}`);
    const isOther = or !== undefined && told.error === streamErrorWordOf(way, or);
    assert.deepEqual([told.error, told.text], [streamErrorWordOf(way, isOther ? or : fault), '']);
    return;
  }
  assert.ok(!(outcome.isSlow && way.isStream), 'without a heartbeat');
  const isOwn = fault === 'upstream_rejected';
  const said = or !== undefined && reply.status === statusOf(way, or) ? or : fault;
  assert.equal(reply.status, statusOf(way, said));
  const word = errorWordOf(way, said);
  // The caller's own doing is told in the upstream's words, where the dialect has a place for them.
  if (!isOwn || word !== 'upstream_rejected') assert.equal(way.speech.readError(reply.body).word, word);
  if (!isOwn) assert.equal(reply.headers['x-should-retry'], 'false');
}

function judgeRefused(outcome: Outcome & { kind: 'before' }, record: Explained): void {
  assert.equal(record.end_reason, outcome.failsOver ? 'failed' : 'refused');
  assert.equal(record.charge_usd, '0.000000000');
  if (!outcome.failsOver) assert.equal(record.attempts.length, 1);
}

function judgeBreak(cell: Cell, outcome: Outcome & { kind: 'after' }, reply: Reply, told: Told | undefined): void {
  assert.equal(reply.status, 200);
  assert.ok(told && told.text.length > 0, 'words came');
  assert.equal(told.finish === 'failed' ? undefined : told.finish, undefined, 'a finish before the error');
  assert.equal(told.error, streamErrorWordOf(cell.way, outcome.fault));
}

function judgeBroken(outcome: Outcome & { kind: 'after' }, record: Explained): void {
  assert.equal(record.attempts.length, 1);
  assert.equal(record.end_reason, outcome.end);
  // The upstreams of these tests report nothing before their end, but for Anthropic's first event and Google's running sums.
  if (record.usage_source !== 'reported') assert.equal(record.charge_usd, '0.000000000');
}

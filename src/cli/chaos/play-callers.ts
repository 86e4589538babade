import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Caller, type Server } from './caller.ts';
import { type CallerCell, upstreamModelFor } from './caller-cells.ts';
import { deadlines, faultyPrice, fillerModel, modelOf } from './configuration.ts';
import type { Chaos } from './play.ts';
import { RawCaller, readReplies, requestText } from './raw-caller.ts';

/** A wallet of its own for one cell: a caller that left cannot ask for its record. */
export type Purse = {
  readonly key: string;
  /** Once nothing is held any more. */
  spent(): Promise<bigint>;
};

export type CallerMatch = {
  readonly chaos: Chaos;
  readonly url: string;
  readonly canary: string;
  readonly openPurse: (cell: CallerCell) => Promise<Purse>;
};

const patienceMs = 15_000;
const abortedWithinMs = 5_000;
const replyWithinMs = 10_000;
const atOnce = 16;
/** More than an input of these cells can be estimated at. */
const inputMax = 250n;
const words = 50;

export async function playCallerCells(
  cells: readonly CallerCell[],
  match: CallerMatch,
): Promise<ReadonlyMap<CallerCell, unknown>> {
  const problems = new Map<CallerCell, unknown>();
  const heavy = new OneByOne();
  for (let at = 0; at < cells.length; at += atOnce) {
    const group = cells.slice(at, at + atOnce);
    await Promise.all(
      group.map((cell) => playCallerCell(cell, match, heavy).catch((problem: unknown) => problems.set(cell, problem))),
    );
  }
  return problems;
}

/** A key that is new is asked for at the keeper, which a busy machine may make wait too long. */
async function warmUp(server: Server): Promise<void> {
  const caller = new Caller(server);
  const body = { model: fillerModel, messages: [{ role: 'user', content: 'fill' }] };
  const end = performance.now() + patienceMs;
  let status = 0;
  while (status !== 200 && performance.now() < end) status = (await caller.post('/v1/chat/completions', body)).status;
  caller.close();
  assert.equal(status, 200, 'the key is known');
}

type Scene = {
  readonly cell: CallerCell;
  readonly match: CallerMatch;
  readonly purse: Purse;
  readonly caller: RawCaller;
  readonly server: Server;
  readonly heavy: OneByOne;
};

/** Answers of many megabytes: a busy machine passes one within the deadline for a whole reply, but not sixteen at once. */
class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  do<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine;
    return mine;
  }
}

async function playCallerCell(cell: CallerCell, match: CallerMatch, heavy: OneByOne): Promise<void> {
  const purse = await match.openPurse(cell);
  const server = { url: match.url, key: purse.key };
  await warmUp(server);
  const caller = new RawCaller(server);
  try {
    await play({ cell, match, purse, caller, server, heavy });
  } finally {
    caller.leave();
  }
}

async function play(scene: Scene): Promise<void> {
  switch (scene.cell.mode) {
    case 'leaves-in-body':
      return await leavesInBody(scene);
    case 'leaves-before-head':
      return await leavesBeforeHead(scene);
    case 'leaves-before-content':
      return await leavesBeforeContent(scene);
    case 'leaves-after-content':
      return await leavesAfterContent(scene, () => scene.caller.leave());
    case 'resets-after-content':
      return await leavesAfterContent(scene, () => scene.caller.reset());
    case 'half-closes':
      return await halfCloses(scene);
    case 'stops-reading':
      return await stopsReading(scene);
    case 'pipelines':
      return await pipelines(scene);
  }
}

async function leavesInBody(scene: Scene): Promise<void> {
  const { head, body } = questionOf(scene);
  scene.caller.send(head);
  scene.caller.send(body.subarray(0, Math.floor(body.length / 2)));
  await sleep(100);
  scene.caller.leave();
  await sleep(300);
  assert.equal(servedTo(scene).length, 0, 'half a question was asked of an upstream');
  assert.equal(await scene.purse.spent(), 0n);
}

async function leavesBeforeHead(scene: Scene): Promise<void> {
  ask(scene);
  await untilDelivered(scene);
  scene.caller.leave();
  await untilAborted(scene);
  // Nobody can say that the upstream has begun: that is the operator's loss.
  assert.equal(await scene.purse.spent(), 0n);
}

async function leavesBeforeContent(scene: Scene): Promise<void> {
  ask(scene);
  await untilDelivered(scene);
  // The head of the upstream must have reached the gateway.
  await sleep(300);
  scene.caller.leave();
  await untilAborted(scene);
  assertBetween(await scene.purse.spent(), nano(1n, 0n), nano(inputMax, 0n));
}

async function leavesAfterContent(scene: Scene, leave: () => void): Promise<void> {
  ask(scene);
  assert.ok(await scene.caller.until((bytes) => countWords(bytes) >= 4, patienceMs), 'words came');
  const received = BigInt(countWords(scene.caller.bytes));
  leave();
  const { sent } = await untilAborted(scene);
  assert.ok(sent < 400, 'the upstream said all of it to nobody');
  // What we count ourselves, a token for four bytes, is a little more than a word each.
  assertBetween(await scene.purse.spent(), nano(1n, received - 3n), nano(inputMax, BigInt(sent) * 2n + 20n));
}

/** Who closes its half and who has left look alike from here: nobody works on for either. */
async function halfCloses(scene: Scene): Promise<void> {
  ask(scene);
  await untilDelivered(scene);
  scene.caller.halfClose();
  await untilAborted(scene);
  assert.equal(await scene.purse.spent(), 0n);
}

/** After a while that nobody reads, the caller has left; what it asked for is paid. */
async function stopsReading(scene: Scene): Promise<void> {
  const askAndStop = async () => {
    ask(scene);
    await scene.caller.until((bytes) => bytes.length > 0, patienceMs);
    scene.caller.stopReading();
  };
  // A stream waits for its reader; a whole answer is read at once, and must be within its deadline.
  await (scene.cell.way.isStream ? askAndStop() : scene.heavy.do(askAndStop));
  await until(() => servedTo(scene).length > 0, patienceMs, 'the upstream still works for nobody');
  await sleep(deadlines.caller_write_ms);
  const end = performance.now() + patienceMs;
  while ((await scene.purse.spent()) === 0n) assert.ok(performance.now() < end, 'what was abandoned is paid');
}

async function pipelines(scene: Scene): Promise<void> {
  const { head, body } = questionOf(scene);
  const question = Buffer.concat([Buffer.from(head), body]);
  scene.caller.send(Buffer.concat([question, question]));
  await assertAnswers(scene, 2);
}

async function assertAnswers(scene: Scene, count: number): Promise<void> {
  const { way } = scene.cell;
  const isThere = await scene.caller.until((bytes) => readReplies(bytes).length >= count, replyWithinMs);
  assert.ok(isThere, `${readReplies(scene.caller.bytes).length} of ${count} replies`);
  for (const { status, body } of readReplies(scene.caller.bytes)) {
    assert.equal(status, 200, body.subarray(0, 300).toString());
    const told = way.isStream ? way.speech.readStream(body) : way.speech.readWhole(body);
    assert.deepEqual([told.broken, told.odd, told.error], [[], [], undefined]);
    const said = told.text.trim().split(/\s+/).length;
    assert.equal(said, way.tongue === 'openai-embeddings' ? 1 : words);
  }
  const served = servedTo(scene);
  const input = served.reduce((sum, line) => sum + line.input, 0);
  const output = served.reduce((sum, line) => sum + line.output, 0);
  assert.equal(served.length, count);
  assert.equal(await scene.purse.spent(), nano(BigInt(input), BigInt(output)));
}

function ask(scene: Scene): void {
  const { head, body } = questionOf(scene);
  scene.caller.send(Buffer.concat([Buffer.from(head), body]));
}

function questionOf({ cell, match, server }: Scene): ReturnType<typeof requestText> {
  const model = modelOf(cell);
  return requestText(server, cell.way.path(model), cell.way.body(model, `say ${match.canary} to ${cell.id}`));
}

function servedTo({ cell, match }: Scene) {
  return match.chaos.served.get(cell.id) ?? [];
}

async function untilDelivered({ cell, match }: Scene): Promise<void> {
  await until(() => match.chaos.delivered.has(cell.id), patienceMs, `${upstreamModelFor(cell)} was not reached`);
}

/** The upstream hears at once that its caller has left. */
async function untilAborted(scene: Scene): Promise<{ readonly sent: number }> {
  await until(() => servedTo(scene).length > 0, abortedWithinMs, 'the upstream still works for nobody');
  const [line] = servedTo(scene);
  assert.equal(line?.ended, 'aborted');
  return { sent: line?.sent ?? 0 };
}

async function until(look: () => boolean, ms: number, problem: string): Promise<void> {
  const end = performance.now() + ms;
  while (!look()) {
    assert.ok(performance.now() < end, problem);
    await sleep(10);
  }
}

/** In any dialect: deltas, each of which is a word. */
function countWords(bytes: Buffer): number {
  const text = bytes.toString('latin1');
  return text.match(/"(content|delta|text)": ?"[^"]+"/g)?.length ?? 0;
}

function nano(input: bigint, output: bigint): bigint {
  return (input * BigInt(faultyPrice.input) + output * BigInt(faultyPrice.output)) * 1_000n;
}

function assertBetween(value: bigint, least: bigint, most: bigint): void {
  assert.ok(value >= least && value <= most, `${value} is not from ${least} to ${most}`);
}

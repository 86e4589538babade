import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { generationId } from '../../feature.ts';
import type { Cell, GridFeature } from '../cell.ts';
import { leavingModel } from '../columns.ts';

const unwindMs = 4_000;
const stillThere = 'still there';

export const troubles: readonly GridFeature[] = [
  {
    name: 'a second attempt is not seen',
    needsFairlead: true,
    async run(cell) {
      for (const stream of [false, true]) {
        const question = { model: cell.model('fault-flaky-1'), text: `Flaky ${stream}, ${cell.tag}` };
        const { text } = stream ? await cell.driver.stream(question) : await cell.driver.ask(question);
        assert.match(text, /harbour/);
      }
      assert.deepEqual(
        cell.asked.map(({ headers }) => headers['x-fairlead-attempts']),
        ['2', '2'],
      );
    },
  },
  {
    name: '401 of its own class',
    needsFairlead: true,
    async run(cell) {
      const stranger = cell.driverWith('sk-fl-nobody-has-this-key');
      await refuses(cell, 401, () => stranger.ask({ model: cell.model('echo'), text: `Open, ${cell.tag}` }));
    },
  },
  {
    name: '404 of its own class',
    needsFairlead: true,
    async run(cell) {
      await refuses(cell, 404, () => cell.driver.ask({ model: cell.model('nothing'), text: `Is there, ${cell.tag}?` }));
    },
  },
  { name: 'leaving frees the upstream', run: leaves },
  {
    name: 'request id',
    need: 'request-id',
    needsFairlead: true,
    async run({ driver, model, tag }) {
      const { requestId } = await driver.ask({ model: model('echo'), text: `Which one, ${tag}?` });
      assert.match(requestId ?? 'none', generationId);
    },
  },
];

async function refuses(cell: Cell, status: 401 | 404, call: () => Promise<unknown>): Promise<void> {
  const error = await call().then(
    () => assert.fail('it was answered'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof assert.AssertionError) throw error;
  assert.equal(cell.asked.length, 1, `the SDK asked ${cell.asked.length} times`);
  assert.doesNotMatch(cell.asked[0]?.reply ?? '', /URL|route/i, 'there is no such path');
  assert.ok(cell.row.isRefusal(error, status), `not its error of ${status}: ${describe(error)}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
}

async function leaves(cell: Cell): Promise<void> {
  const leave = new AbortController();
  let pieces = 0;
  const onPiece = () => {
    pieces += 1;
    if (pieces === 2) leave.abort();
  };
  const name = leavingModel(cell.rowNumber);
  const question = { model: cell.model(name), text: `At length, ${cell.tag}` };
  const stream = cell.driver.stream(question, { signal: leave.signal, onPiece });
  // Some SDKs throw, others end: either will do, if it is soon.
  const ended = stream.then(() => 'the end of the answer', describe);
  const late = new AbortController();
  const how = await Promise.race([ended, untilAborted(leave.signal, late.signal)]);
  late.abort();
  assert.ok(pieces >= 2, `${pieces} pieces before ${how}`);
  assert.notEqual(how, stillThere, 'the SDK did not come back after its abort');
  const line = await cell.served(name, ({ model }) => model.endsWith(name));
  if (line === undefined) {
    const generation = String(cell.asked[0]?.headers['x-generation-id']);
    assert.equal((await cell.explain(generation)).end_reason, 'caller_left');
  } else assert.equal(line.ended, 'aborted');
}

/** Resolves a while after the abort. */
async function untilAborted(signal: AbortSignal, late: AbortSignal): Promise<string> {
  while (!signal.aborted && !late.aborted) await sleep(20);
  await sleep(unwindMs, undefined, { signal: late }).catch(() => {});
  return stillThere;
}

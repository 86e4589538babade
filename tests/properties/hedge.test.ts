// A pair whose run breaks by a mistake of ours is over: nobody is asked for it any more.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { TrialOutcome } from '#gateway/attempt/attempt.ts';
import { type HedgeAsk, runHedged } from '#gateway/attempt/hedge.ts';

const stop: HedgeAsk['ask']['stop'] = { reason: undefined, listener: undefined };
// Of the ask the pair itself touches these two alone.
const ask = { stop, onHead() {} } as unknown as HedgeAsk['ask'];
const [first, other] = [{}, {}] as HedgeAsk['first'][];

function askOf(run: HedgeAsk['run'], second: HedgeAsk['second']): HedgeAsk {
  if (!first) throw new Error('no step');
  return { ask, first, afterMs: 100, second, run };
}

test('after it no second endpoint is asked', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let seconds = 0;
  const pair = runHedged(
    askOf(
      () => Promise.reject(new Error('ours')),
      () => {
        seconds += 1;
        return other;
      },
    ),
  );
  await assert.rejects(pair, /ours/);
  mock.timers.tick(1_000);
  mock.timers.reset();

  assert.equal(seconds, 0);
  assert.equal(stop.listener, undefined);
});

test('the other one of the pair is called off', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const [firstEnds, secondEnds] = [Promise.withResolvers<TrialOutcome>(), Promise.withResolvers<TrialOutcome>()];
  const stops: HedgeAsk['ask']['stop'][] = [];
  const pair = runHedged(
    askOf(
      (_, own) => {
        stops.push(own.stop);
        return stops.length === 1 ? firstEnds.promise : secondEnds.promise;
      },
      () => other,
    ),
  );
  mock.timers.tick(101);
  mock.timers.reset();
  assert.equal(stops.length, 2);
  secondEnds.reject(new Error('ours'));

  await assert.rejects(pair, /ours/);
  assert.deepEqual([stops[0]?.isLost, stops[1]?.isLost], [true, undefined]);
  firstEnds.resolve({ kind: 'stopped' });
});

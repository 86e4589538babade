// The n-th call of the journal's disk fails, or is the last that its process makes, for every n there is.
import assert from 'node:assert/strict';
import test from 'node:test';
import { faultyDisk } from './faulty-disk.ts';
import { endsOf, readJournal } from './journal-under-test.ts';

const generations = 60;
const callsMin = 60;

for (const isEnd of [false, true]) {
  const what = isEnd ? 'is the last one' : 'fails';

  test(`whichever call of the disk ${what}, every end that was released stands in the files`, (context) => {
    let calls = 0;
    for (let nth = 1; ; nth += 1) {
      const disk = faultyDisk(context);
      disk.failNth(nth, isEnd);
      const released: string[] = [];
      for (let step = 0; step < generations && !(isEnd && disk.hasFailed()); step += 1) {
        const before = disk.written();
        disk.generate(`gen_${step}`, step * 10_000);
        if (disk.written() > before) released.push(`gen_${step}`);
        if (step % 3 === 0) disk.sync(step * 10_000 + 20);
        if (!(isEnd && disk.hasFailed())) disk.turn(step * 10_000 + 2_000);
      }
      if (!disk.hasFailed()) break;
      calls += 1;

      const read = new Set(endsOf(readJournal(disk.directory)));
      const lost = released.filter((generation) => !read.has(generation));
      assert.deepEqual(lost, [], `after call ${nth}`);
      // What only fails once costs nobody anything: a turn later all of it is there.
      if (!isEnd) assert.equal(read.size, generations, `after call ${nth}`);
    }
    assert.ok(calls >= callsMin, `${calls} calls`);
    context.diagnostic(`${calls} calls`);
  });
}

import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '#gateway/journal/open-journal.ts';
import { beginOf, endOf } from './records.ts';

// A process that writes down which ends were resolved, in a file of its own, until somebody kills it. Arguments: data
// directory, socket.

const [dataDir = '', keeperSocket = ''] = process.argv.slice(2);
const report = openSync(join(dataDir, 'report'), 'a');
const journal = await openJournal({
  dataDir,
  instance: 'g1',
  keeperSocket,
  onAlarm: (alarm) => writeSync(report, `alarm ${alarm}\n`),
  segmentBytes: 1024 * 1024,
});
writeSync(1, 'writing');
await Promise.all(Array.from({ length: 20 }, (_, lane) => writeForEver(lane)));

async function writeForEver(lane: number): Promise<void> {
  for (let at = 0; ; at++) {
    const generation = `gen_${lane}_${at}`;
    while (!journal.reserve()) await new Promise((resolve) => setTimeout(resolve, 1));
    journal.begin(beginOf(generation));
    await new Promise((resolve) => setImmediate(resolve));
    await journal.end(endOf(generation));
    writeSync(report, `${generation}\n`);
  }
}

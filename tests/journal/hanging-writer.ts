import { rmSync, writeFileSync } from 'node:fs';
import { openJournal } from '#gateway/journal/open-journal.ts';
import { until } from './journal-under-test.ts';
import { beginOf, endOf } from './records.ts';

// A process whose disk hangs in a sync while it writes. It says how many ends were written and how often was synced
// until the disk came back, and how often in all. Arguments: data directory, socket.

const [dataDir = '', keeperSocket = ''] = process.argv.slice(2);
const hang = process.env.HANG_WHILE ?? '';
const alarms: string[] = [];
const onAlarm = (alarm: string) => void alarms.push(alarm);
const journal = await openJournal({ dataDir, instance: 'g1', keeperSocket, onAlarm });
writeFileSync(hang, '');
await generate('before');
// Twice what waits for one sync: the first has been asked for, and does not return.
await new Promise((resolve) => setTimeout(resolve, 40));
for (let at = 0; at < 500; at++) await generate(`gen_${at}`);
await until(() => journal.stats().written === 501, 'all ends are written while the disk hangs');
const { written, syncs } = journal.stats();
rmSync(hang);
await until(() => journal.stats().syncs > syncs, 'the sync returns');
await journal.close(0);
process.stdout.write(JSON.stringify({ written, syncs, alarms: alarms.filter((alarm) => alarm !== 'journal-slow') }));

async function generate(generation: string): Promise<void> {
  journal.reserve();
  journal.begin(beginOf(generation));
  await journal.end(endOf(generation));
}

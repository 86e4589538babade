import { getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openReports } from '#store/open-reports.ts';
import { faultFields } from '../keeper-log.ts';
import type { ReportAnswer, ReportQuestion } from './report-desk.ts';

/** The thread of reports: a second connection to SQLite, so that the keeper grants and posts while one is made. */
if (!parentPort) throw new Error('reports are made on a worker thread');
const parent = parentPort;
// Our own report-desk.ts wrote it.
const { dataDir } = workerData as { readonly dataDir: string };
const reports = openReports(dataDir);
/** Steps of Linux's niceness, where a priority is a thread's own: on few cores requests come before reports, which still end. */
const behind = 15;
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + behind));

parent.on('message', async ({ id, question }: { readonly id: number; readonly question: ReportQuestion }) => {
  try {
    const value = await answer(question);
    parent.postMessage({ id, value } satisfies ReportAnswer);
  } catch (thrown) {
    parent.postMessage({ id, fault: faultFields(thrown) } satisfies ReportAnswer);
  }
});

function answer(question: ReportQuestion): Promise<unknown> {
  switch (question.kind) {
    case 'usage':
      return reports.usage(question.ask);
    case 'check':
      return reports.checkUsage(question.day);
    case 'days':
      return reports.recordedDays();
  }
}

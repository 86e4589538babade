// Resident memory, on fresh instances: idle, and with a thousand streams open.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Candidate } from './candidate.ts';
import { readCpu, residentMegabytes, sumOf } from './cpu.ts';
import type { CrowdFigures, IdleFigures } from './figures.ts';
import { loadStreams } from './load-client.ts';
import type { Processes } from './processes.ts';
import { streamRequest } from './request-bodies.ts';
import { crowdShape } from './scenarios.ts';
import { type FairleadInstance, restartFairlead } from './start-fairlead.ts';

const settleMs = 5000;

export async function measureIdle(processes: Processes, first: FairleadInstance): Promise<IdleFigures> {
  const later = await restartFairlead(processes, first);
  await sleep(settleMs);
  const idleMegabytes = residentMegabytes(later.pid);
  const visit = await fetch(`${later.origin}/`, { signal: AbortSignal.timeout(5000) });
  await visit.arrayBuffer();
  await sleep(2000);
  const afterVisitMegabytes = residentMegabytes(later.pid);
  await later.end();
  return {
    firstStartMs: first.startMs,
    laterStartMs: later.startMs,
    idleMegabytes,
    afterVisitMegabytes,
    visitStatus: visit.status,
  };
}

export async function measureCrowd(processes: Processes, candidate: Candidate): Promise<CrowdFigures> {
  await sleep(settleMs);
  const beforeMegabytes = residentMegabytes(candidate.pid);
  const before = sumOf(readCpu(candidate.pid));
  const body = streamRequest(candidate.modelPrefix, crowdShape);
  const seconds = (crowdShape.chunks * crowdShape.paceMs) / 1000;
  let duringMegabytes = 0;
  const watch = setInterval(() => {
    duringMegabytes = Math.max(duringMegabytes, residentMegabytes(candidate.pid));
  }, 250);
  const seen = await loadStreams(processes, candidate, { body, seconds, streams: 1000 });
  clearInterval(watch);
  if (seen.streams === 0) throw new Error(`no stream was whole: ${seen.firstFault}`);
  const { streams, failed, delayP50, delayP99 } = seen;
  const microsPerChunk = (sumOf(readCpu(candidate.pid)) - before) / seen.chunks;
  await candidate.end();
  return {
    name: candidate.name,
    beforeMegabytes,
    duringMegabytes,
    streams,
    failed,
    microsPerChunk,
    delayP50,
    delayP99,
  };
}

// The loads. Each is a function from a candidate to what its clients saw; rounds.ts reads the CPU around it.
import type { Candidate, CandidateName } from './candidate.ts';
import type { Measure } from './figures.ts';
import { loadAtRate, loadStreams } from './load-client.ts';
import { jsonConnections, loadJson } from './load-json.ts';
import type { ScenarioName } from './options.ts';
import type { Processes } from './processes.ts';
import { jsonRequest, streamRequest } from './request-bodies.ts';
import type { StreamShape } from './stream-model.ts';

export type Load = {
  readonly units: number;
  readonly seconds: number;
  readonly failed: number;
  readonly measures: Readonly<Partial<Record<Measure, number>>>;
};

export type Scenario = {
  readonly name: ScenarioName;
  readonly title: string;
  readonly unit: 'request' | 'chunk';
  readonly candidates: readonly CandidateName[];
  readonly seconds: number;
  readonly run: (candidate: Candidate, seconds: number) => Promise<Load>;
};

export const ratePerSecond = 500;
export const pacedStreams = 50;
const unpacedShape: StreamShape = { chunks: 100, paceMs: 0 };
export const crowdShape: StreamShape = { chunks: 60, paceMs: 100 };

// What Fairlead's configuration must offer: the upstream's name says how it streams.
export function shapesOf(seconds: number): readonly StreamShape[] {
  const lengths = new Set([1, seconds]);
  return [...[...lengths].map(pacedShape), unpacedShape, crowdShape];
}

export function describeScenarios(
  processes: Processes,
  tools: { wrk: string | undefined },
  seconds: number,
): readonly Scenario[] {
  const json = (bytes: number) => async (candidate: Candidate, length: number) => {
    if (tools.wrk === undefined) throw new Error('wrk is not installed');
    const body = jsonRequest(`${candidate.modelPrefix}bench`, bytes);
    const load = await loadJson(processes, candidate, { wrk: tools.wrk, body, seconds: length });
    return { units: load.done, seconds: load.seconds, failed: load.failed, measures: {} };
  };
  return [
    {
      name: 'json-1k',
      title: `1 KB request and answer, not streamed; wrk, ${jsonConnections} connections`,
      unit: 'request',
      candidates: ['bare', 'nginx', 'portkey', 'fairlead'],
      seconds,
      run: json(1024),
    },
    {
      name: 'json-40k',
      title: `40 KB request, 1 KB answer, not streamed; wrk, ${jsonConnections} connections`,
      unit: 'request',
      candidates: ['bare', 'nginx', 'fairlead'],
      seconds,
      run: json(40 * 1024),
    },
    {
      name: 'streams',
      title: `${pacedStreams} open streams, a chunk of 250 bytes each 10 ms`,
      unit: 'chunk',
      candidates: ['bare', 'nginx', 'fairlead'],
      seconds,
      run: (candidate, length) => stream(processes, candidate, { shape: pacedShape(length), seconds: length }),
    },
    {
      name: 'unpaced',
      title: `${pacedStreams} callers, streams of ${unpacedShape.chunks} chunks at once: bulk, not the cost of a chunk`,
      unit: 'chunk',
      candidates: ['bare', 'nginx', 'fairlead'],
      seconds,
      run: (candidate, length) => stream(processes, candidate, { shape: unpacedShape, seconds: length }),
    },
    {
      name: 'latency',
      title: `1 KB, not streamed, ${ratePerSecond} requests a second whatever comes back`,
      unit: 'request',
      candidates: ['direct', 'bare', 'nginx', 'portkey', 'fairlead'],
      seconds: Math.max(2, seconds - 1),
      run: (candidate, length) => atRate(processes, candidate, length),
    },
  ];
}

function pacedShape(seconds: number): StreamShape {
  return { chunks: seconds * 100, paceMs: 10 };
}

async function stream(
  processes: Processes,
  candidate: Candidate,
  { shape, seconds }: { shape: StreamShape; seconds: number },
): Promise<Load> {
  const body = streamRequest(candidate.modelPrefix, shape);
  const seen = await loadStreams(processes, candidate, { body, seconds, streams: pacedStreams });
  if (seen.streams === 0) throw new Error(`no stream was whole: ${seen.firstFault}`);
  const missing = seen.streams * shape.chunks - seen.chunks;
  if (missing > 0) throw new Error(`${missing} of ${seen.streams * shape.chunks} chunks did not arrive`);
  const measures = { delayP50: seen.delayP50, delayP99: seen.delayP99, together: seen.together / seen.chunks };
  return { units: seen.chunks, seconds: seen.seconds, failed: seen.failed, measures };
}

async function atRate(processes: Processes, candidate: Candidate, seconds: number): Promise<Load> {
  const body = jsonRequest(`${candidate.modelPrefix}bench`, 1024);
  const seen = await loadAtRate(processes, candidate, { body, seconds, perSecond: ratePerSecond });
  return { units: seen.done, seconds, failed: seen.failed, measures: { p50: seen.p50, p99: seen.p99 } };
}

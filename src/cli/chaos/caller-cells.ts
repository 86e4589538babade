import { eventsBeforeWords, type Way, ways } from './ways.ts';

/** What a caller does to its own request. */
export type CallerMode =
  | 'leaves-in-body'
  | 'leaves-before-head'
  | 'leaves-before-content'
  | 'leaves-after-content'
  | 'resets-after-content'
  | 'half-closes'
  | 'stops-reading'
  | 'pipelines';

export type CallerCell = { readonly id: string; readonly mode: CallerMode; readonly way: Way };

const streamsOnly: ReadonlySet<CallerMode> = new Set(['leaves-after-content', 'resets-after-content']);
const wordsOnly: ReadonlySet<CallerMode> = new Set(['stops-reading']);

const callerModes: readonly CallerMode[] = [
  'leaves-in-body',
  'leaves-before-head',
  'leaves-before-content',
  'leaves-after-content',
  'resets-after-content',
  'half-closes',
  'stops-reading',
  'pipelines',
];

export const callerCells: readonly CallerCell[] = callerModes
  .flatMap((mode) => ways.filter((way) => applies(mode, way)).map((way) => ({ mode, way })))
  // Far from the numbers of the other cells.
  .map((cell, index) => ({ ...cell, id: `cell-zz${index.toString(36).padStart(2, '0')}` }));

export function callerCellName({ mode, way }: CallerCell): string {
  return `the caller ${mode.replaceAll('-', ' ')}, ${way.name}`;
}

/** What the upstream does meanwhile. */
export function upstreamModelFor({ mode, way, id }: CallerCell): string {
  const tag = id.slice('cell-'.length);
  switch (mode) {
    case 'leaves-before-head':
    case 'half-closes':
      return `sandbox/fault-head-never~${tag}`;
    case 'leaves-before-content':
      return `sandbox/fault-stall-${way.isStream ? eventsBeforeWords[way.tongue] : 1}~${tag}`;
    case 'leaves-after-content':
    case 'resets-after-content':
      return `sandbox/pace-200-400~${tag}`;
    case 'stops-reading':
      return `sandbox/fault-long-line~${tag}`;
    case 'leaves-in-body':
    case 'pipelines':
      return `sandbox/fill-50~${tag}`;
  }
}

function applies(mode: CallerMode, way: Way): boolean {
  if (wordsOnly.has(mode) && way.tongue === 'openai-embeddings') return false;
  return way.isStream || !streamsOnly.has(mode);
}

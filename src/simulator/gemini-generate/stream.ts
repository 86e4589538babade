import type { Reply } from '../script.ts';
import type { StreamEvent } from '../stream-event.ts';
import type { Turn } from '../turn.ts';
import { blockOf, buildEnding, finishOf } from './answer.ts';
import { type Said, writeBill, writeBillSoFar } from './bill.ts';
import { type Part, writeParts } from './parts.ts';
import type { GeneratePrompt } from './request.ts';

/** How events stand on the wire: as server-sent events, or as the items of a JSON array. */
export type Framing = {
  frame(event: Pick<StreamEvent, 'kind' | 'data' | 'tokens'>, isFirst: boolean): StreamEvent;
  /** What closes the array. */
  readonly closing: StreamEvent | undefined;
};

export const eventFraming: Framing = {
  frame: (event) => ({ ...event, before: 'data: ', after: '\r\n\r\n' }),
  closing: undefined,
};

export const arrayFraming: Framing = {
  frame: (event, isFirst) => ({ ...event, before: isFirst ? '[' : ',\r\n', after: '\n' }),
  closing: { kind: 'done', before: '', data: ']', after: '\n', tokens: 0 },
};

/** The events of an honest stream. There is no end mark: the finish is the last chunk, with the last part. */
export function* writeStream(turn: Turn<GeneratePrompt>, framing: Framing): Generator<StreamEvent> {
  let isFirst = true;
  for (const chunk of writeChunks(turn)) {
    yield framing.frame(chunk, isFirst);
    isFirst = false;
  }
  if (framing.closing !== undefined) yield framing.closing;
}

type Chunk = Pick<StreamEvent, 'kind' | 'data' | 'tokens'>;

function* writeChunks(turn: Turn<GeneratePrompt>): Generator<Chunk> {
  const [first] = turn.replies;
  const block = blockOf(first);
  if (first === undefined || block !== undefined) {
    yield { kind: first === undefined ? 'open' : 'finish', data: writeChunk(turn, block ?? {}), tokens: 0 };
  } else {
    yield* writeCandidates(turn);
  }
  if (turn.bill?.isTwice === true) yield { kind: 'usage', data: writeChunk(turn, {}), tokens: 0 };
}

function* writeCandidates(turn: Turn<GeneratePrompt>): Generator<Chunk> {
  const said = { candidates: 0, thoughts: 0 };
  for (const [index, reply] of turn.replies.entries()) {
    const parts = writeParts(reply, turn.prompt);
    for (const [at, part] of parts.entries()) {
      said.candidates += part.candidates;
      said.thoughts += part.thoughts;
      const isLast = at === parts.length - 1;
      const isEnd = isLast && index === turn.replies.length - 1;
      const candidate = buildCandidate(part, isLast ? reply : undefined, index);
      const data = writeChunk(turn, candidate, isEnd ? undefined : said);
      yield { kind: isLast ? 'finish' : 'delta', data, tokens: part.candidates + part.thoughts };
    }
  }
}

/** A chunk with nothing in it but the usage. */
export function writeBlank(turn: Turn<GeneratePrompt>): string {
  return writeChunk(turn, {}, { candidates: 0, thoughts: 0 });
}

/** The finish without a word. */
export function writeFinish(turn: Turn<GeneratePrompt>): string {
  const [reply] = turn.replies;
  const part = { json: { text: '' }, candidates: 0, thoughts: 0 };
  return writeChunk(turn, reply === undefined ? {} : buildCandidate(part, reply, 0));
}

function buildCandidate({ json }: Part, ended: Reply | undefined, index: number): object {
  const finish = ended === undefined ? {} : finishOf(ended);
  return { candidates: [{ content: { parts: [json], role: 'model' }, ...finish, index }] };
}

/** `said` is what the caller has so far; without it this is the end, and the whole bill is due. */
function writeChunk(turn: Turn<GeneratePrompt>, content: object, said?: Said): string {
  const start = JSON.stringify(content).slice(1, -1);
  const ending = JSON.stringify(buildEnding(turn)).slice(1);
  const fields = [start, writeUsage(turn, said)].filter((field) => field !== '');
  return `{${fields.map((field) => `${field},`).join('')}${ending}`;
}

function writeUsage({ bill }: Turn<GeneratePrompt>, said: Said | undefined): string {
  if (bill === undefined) return '';
  if (said === undefined) return `"usageMetadata":${writeBill(bill)}`;
  return bill.isElsewhere ? '' : `"usageMetadata":${writeBillSoFar(bill, said)}`;
}

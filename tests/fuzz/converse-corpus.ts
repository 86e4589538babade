import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { EventStreamSplitter } from '#core/protocol/event-stream-splitter.ts';
import { writeAnswer } from '#simulator/bedrock-converse/answer.ts';
import { writeFrame } from '#simulator/bedrock-converse/frames.ts';
import { writeStream } from '#simulator/bedrock-converse/stream.ts';
import { readBedrock } from '../conformance/data/read-bedrock.ts';
import { findWire } from '../conformance/data/read-wire.ts';
import { converseModels, converseReplies, converseTurn } from '../support/converse-replies.ts';
import type { Corpus } from './corpus.ts';

/** Answers of the simulator's Bedrock, and recorded ones where they are; streams as the splitter of frames gives them on. */
export function readConverse(seed: number): Omit<Corpus, 'requests'> {
  const drawn = fc.sample(fc.tuple(converseReplies, fc.constantFrom(...converseModels)), { seed, numRuns: 120 });
  const turns = drawn.map(([reply, model]) => converseTurn(reply, model));
  const wire = findWire();
  const recorded = wire === undefined ? [] : readBedrock(wire).converse;
  const frames = [...turns.map((turn) => Buffer.concat([...writeStream(turn)].map(writeFrame)))];
  return {
    replies: [...turns.map(writeAnswer), ...recorded.flatMap(({ reply }) => reply ?? [])].map((text) =>
      Buffer.from(text),
    ),
    streams: [...frames, ...recorded.map((each) => each.frames)]
      .filter((bytes) => bytes.length > 0)
      .map((bytes) => Buffer.from(new EventStreamSplitter().push(bytes).buffer)),
  };
}

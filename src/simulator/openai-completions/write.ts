import { writeBill } from '../openai-chat/bill.ts';
import { fingerprint, secondsOf } from '../openai-chat/marks.ts';
import { chunkEvent, doneEvent } from '../openai-chat/stream.ts';
import type { StreamEvent } from '../stream-event.ts';
import type { Turn } from '../turn.ts';
import { usageField } from '../whole-dialect.ts';

/** The whole answer as one JSON body. */
export function writeAnswer(turn: Turn): string {
  const choices = turn.replies.map(({ text, finish }, index) => writeChoice(text.join(''), index, finish));
  return `${writeStart(turn)}[${choices.join(',')}]${usageField(turn, writeBill)},"system_fingerprint":"${fingerprint}"}\n`;
}

/** Several choices take turns. There is no opening: the first event has the first word. */
export function* writeStream(turn: Turn): Generator<StreamEvent> {
  const longest = Math.max(0, ...turn.replies.map(({ text }) => text.length));
  for (let at = 0; at < longest; at += 1) {
    for (const [index, { text }] of turn.replies.entries()) {
      const word = text[at];
      if (word !== undefined) yield chunkEvent('delta', writeChunk(turn, writeChoice(word, index, null)), 1);
    }
  }
  const { bill } = turn;
  const beside = bill?.isElsewhere === true ? writeBill(bill) : undefined;
  for (const [index, { finish }] of turn.replies.entries()) {
    yield chunkEvent('finish', writeChunk(turn, writeChoice('', index, finish), beside));
  }
  if (turn.prompt.includeUsage && bill !== undefined && beside === undefined) {
    const event = chunkEvent('usage', writeBlankChunk(turn, writeBill(bill)));
    yield event;
    if (bill.isTwice) yield event;
  }
  yield doneEvent;
}

/** A chunk without choices. */
export function writeBlankChunk(turn: Turn, usage?: string): string {
  return writeChunk(turn, '', usage);
}

function writeChunk(turn: Turn, choices: string, usage?: string): string {
  const unbilled = turn.prompt.includeUsage ? ',"usage":null' : '';
  return `${writeStart(turn)}[${choices}]${usage === undefined ? unbilled : `,"usage":${usage}`}}`;
}

function writeStart(turn: Turn): string {
  return (
    `{"id":"cmpl-${turn.letters}","object":"text_completion","created":${secondsOf(turn)},` +
    `"model":${JSON.stringify(turn.prompt.model)},"choices":`
  );
}

function writeChoice(text: string, index: number, finish: string | null): string {
  return `{"text":${JSON.stringify(text)},"index":${index},"logprobs":null,"finish_reason":${JSON.stringify(finish)}}`;
}

import { measureTextChoices } from '../json-delta.ts';
import { fieldOf, utf8Of } from '../json-value.ts';
import { toFinish } from '../openai-chat/finish-reason.ts';
import { codeOf, isDone } from '../openai-chat/read-reply.ts';
import { decodeUsage } from '../openai-chat/usage.ts';
import type { EventFacts } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';

const silent: EventFacts = {
  hasContent: false,
  outputBytes: 0,
  finish: undefined,
  usage: undefined,
  isUsageOnly: false,
  isTerminal: false,
  error: undefined,
};

/** One event of a stream. Only events with usage or an error are parsed whole. */
export function readEvent({ data }: SseEvent): EventFacts {
  if (data === null || data.length === 0) return silent;
  if (isDone(data)) return { ...silent, isTerminal: true };
  const measured = measureTextChoices(data);
  if (!measured.valid) return { ...silent, isMalformed: true };
  const facts: EventFacts = {
    ...silent,
    hasContent: measured.content,
    outputBytes: measured.outputBytes,
    finish: measured.finish === null ? undefined : toFinish(measured.finish),
  };
  if (!measured.hasUsage && !measured.hasError) return facts;
  // The measure has judged these bytes, and their depth.
  const chunk: unknown = JSON.parse(utf8Of(data));
  const choices = fieldOf(chunk, 'choices');
  return {
    ...facts,
    usage: measured.hasUsage ? decodeUsage(fieldOf(chunk, 'usage')) : undefined,
    isUsageOnly: measured.hasUsage && !measured.hasError && Array.isArray(choices) && choices.length === 0,
    error: measured.hasError ? codeOf(fieldOf(chunk, 'error')) : undefined,
  };
}

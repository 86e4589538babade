import { at, count, list, said } from '../oracle/plain.ts';
import { readNamedEvents } from '../oracle/read-sse.ts';

export function checkGeminiStream(stream: string): string | undefined {
  const events = readNamedEvents(stream);
  if (events.some(({ name }) => name !== undefined)) return 'an event has a name';
  const finished = new Set<number>();
  const seen = new Set<number>();
  let id: unknown;
  for (const { payload } of events) {
    if (payload === '[DONE]') return '[DONE] is no event of this dialect';
    const chunk: unknown = JSON.parse(payload);
    id ??= at(chunk, 'responseId');
    if (at(chunk, 'responseId') !== id) return 'the responseId changes';
    for (const candidate of list(at(chunk, 'candidates'))) {
      const index = count(at(candidate, 'index'));
      seen.add(index);
      if (finished.has(index)) return 'a candidate goes on after its finish';
      if (said(at(candidate, 'finishReason'))) finished.add(index);
      if (said(at(candidate, 'content')) && at(candidate, 'content', 'role') !== 'model')
        return 'a content has no role';
    }
  }
  if (seen.size === 0) return 'no candidate was told';
  if (finished.size < seen.size) return 'a candidate has no finish reason';
  const last = events.at(-1);
  const tellsUsage = events.some(({ payload }) => said(at(JSON.parse(payload), 'usageMetadata')));
  if (!last || !tellsUsage) return undefined;
  return said(at(JSON.parse(last.payload), 'usageMetadata')) ? undefined : 'the last chunk tells no usage';
}

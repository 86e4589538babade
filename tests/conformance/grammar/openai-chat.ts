import { at, count, list, said, text } from '../oracle/plain.ts';
import { readNamedEvents } from '../oracle/read-sse.ts';

type Choice = { isFinished: boolean; calls: number; thoughts: string; details: string };

export function checkChatStream(stream: string): string | undefined {
  const events = readNamedEvents(stream);
  if (events.some(({ name }) => name !== undefined)) return 'an event has a name';
  if (events.at(-1)?.payload !== '[DONE]') return 'the last event is not [DONE]';
  const choices = new Map<number, Choice>();
  let id: unknown;
  let hadUsage = false;
  for (const { payload } of events.slice(0, -1)) {
    if (payload === '[DONE]') return '[DONE] stands twice';
    const chunk: unknown = JSON.parse(payload);
    if (at(chunk, 'object') !== 'chat.completion.chunk') return 'an event is no chunk';
    id ??= at(chunk, 'id');
    if (at(chunk, 'id') !== id) return 'the id changes';
    if (hadUsage) return 'something stands after the usage';
    if (list(at(chunk, 'choices')).length === 0) {
      if (!said(at(chunk, 'usage'))) return 'a chunk has neither choices nor usage';
      hadUsage = true;
    }
    for (const each of list(at(chunk, 'choices'))) {
      const problem = checkChoice(each, choices);
      if (problem) return problem;
    }
  }
  if (choices.size === 0) return 'no choice was told';
  const all = [...choices.values()];
  if (all.some(({ details, thoughts }) => details !== '' && details !== thoughts))
    return 'reasoning is told in two ways';
  return all.every(({ isFinished }) => isFinished) ? undefined : 'a choice has no finish reason';
}

function checkChoice(each: unknown, choices: Map<number, Choice>): string | undefined {
  const index = count(at(each, 'index'));
  const known = choices.get(index);
  const choice = known ?? { isFinished: false, calls: 0, thoughts: '', details: '' };
  choices.set(index, choice);
  if (choice.isFinished) return 'a choice goes on after its finish';
  const delta = at(each, 'delta');
  choice.thoughts += text(at(delta, 'reasoning_content') ?? at(delta, 'reasoning'));
  for (const detail of list(at(delta, 'reasoning_details'))) {
    choice.details += text(at(detail, 'text')) + text(at(detail, 'summary'));
  }
  const role = at(delta, 'role');
  if (!known && role !== 'assistant') return 'the first delta of a choice has no role';
  if (known && said(role)) return 'the role is told twice';
  for (const call of list(at(delta, 'tool_calls'))) {
    const place = at(call, 'index');
    if (typeof place !== 'number' || place < 0 || place > choice.calls) return 'a call has a wrong index';
    if (place < choice.calls) {
      if (said(at(call, 'id'))) return 'the id of a call is told twice';
      continue;
    }
    choice.calls += 1;
    const own = at(call, text(at(call, 'type')));
    if (text(at(call, 'id')) === '' || text(at(own, 'name')) === '') return 'a call begins without id, type or name';
  }
  if (said(at(each, 'finish_reason'))) choice.isFinished = true;
  return undefined;
}

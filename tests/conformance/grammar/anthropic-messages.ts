import { at, list, text } from '../oracle/plain.ts';
import { readNamedEvents } from '../oracle/read-sse.ts';

const deltaKinds: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

type State = { next: number; open: string | undefined; phase: 'before' | 'blocks' | 'told' | 'stopped' };

export function checkAnthropicStream(stream: string): string | undefined {
  const state: State = { next: 0, open: undefined, phase: 'before' };
  for (const { name, payload } of readNamedEvents(stream)) {
    const event: unknown = JSON.parse(payload);
    const type = text(at(event, 'type'));
    if (name !== type) return `an event is named ${name}, but is ${type}`;
    const problem = type === 'ping' ? undefined : step(state, type, event);
    if (problem) return problem;
  }
  return state.phase === 'stopped' ? undefined : `it ends ${state.phase}, without message_stop`;
}

function step(state: State, type: string, event: unknown): string | undefined {
  if (state.phase === 'before') {
    if (type !== 'message_start') return `${type} stands before message_start`;
    if (list(at(event, 'message', 'content')).length > 0) return 'message_start has content';
    state.phase = 'blocks';
    return undefined;
  }
  if (state.phase === 'stopped') return `${type} stands after message_stop`;
  switch (type) {
    case 'content_block_start':
      if (state.phase !== 'blocks') return 'a block starts after message_delta';
      if (state.open !== undefined) return 'a block starts inside another';
      if (at(event, 'index') !== state.next) return `a block has index ${at(event, 'index')}, not ${state.next}`;
      state.open = text(at(event, 'content_block', 'type'));
      return undefined;
    case 'content_block_delta': {
      if (state.open === undefined || at(event, 'index') !== state.next) return 'a delta stands outside of its block';
      const kind = text(at(event, 'delta', 'type'));
      return deltaKinds[state.open]?.includes(kind) ? undefined : `a ${kind} stands in a ${state.open}`;
    }
    case 'content_block_stop':
      if (state.open === undefined || at(event, 'index') !== state.next) return 'a stop stands outside of its block';
      state.open = undefined;
      state.next += 1;
      return undefined;
    case 'message_delta':
      if (state.open !== undefined) return 'message_delta stands inside a block';
      if (state.phase === 'told') return 'message_delta stands twice';
      state.phase = 'told';
      return undefined;
    case 'message_stop':
      if (state.phase !== 'told') return 'message_stop stands before message_delta';
      state.phase = 'stopped';
      return undefined;
    default:
      return `${type} is no event of this dialect`;
  }
}

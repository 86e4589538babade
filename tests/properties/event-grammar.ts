import assert from 'node:assert/strict';
import type { GenerationEvent } from '#core/generation/reply.ts';

/** Whether events follow the grammar of core/generation/reply.ts, as far as they go: a stream may be cut anywhere. */
export function judgeGrammar(events: readonly GenerationEvent[]): void {
  const finished = new Set<number>();
  /** Of each choice: its calls, and which of them are open. */
  const calls = new Map<number, { started: number; open: Set<number> }>();
  for (const [at, event] of events.entries()) {
    if (event.kind === 'start') assert.equal(at, 0, 'a start that is not the first event');
    if (event.kind === 'end' || event.kind === 'error')
      assert.equal(at, events.length - 1, `${event.kind} is not last`);
    if (!('choice' in event)) continue;
    assert.ok(events[0]?.kind === 'start', 'a choice without a start');
    assert.ok(!finished.has(event.choice), `${event.kind} after the finish of choice ${event.choice}`);
    const seen = calls.get(event.choice) ?? { started: 0, open: new Set() };
    calls.set(event.choice, seen);
    switch (event.kind) {
      case 'finish':
        finished.add(event.choice);
        break;
      case 'tool-call-start':
        assert.equal(event.call, seen.started, 'calls count from 0 without a gap');
        seen.started++;
        seen.open.add(event.call);
        break;
      case 'tool-call-delta':
        assert.ok(seen.open.has(event.call), 'a piece of a call that is not open');
        break;
      case 'tool-call-end':
        assert.ok(seen.open.delete(event.call), 'the end of a call that is not open');
        break;
      default:
    }
  }
}

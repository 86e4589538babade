import type { Sabotage } from '../sabotage.ts';

/** How an answer reaches its caller, and who is let in. */
export const relaySabotages: readonly Sabotage[] = [
  {
    name: 'caller-left-aborts-upstream',
    file: 'src/gateway/relay-stream.ts',
    find: 'stream.exchange.abort();\n    switch',
    replace: 'switch',
    breaks: ['tests/journeys/streams.test.ts'],
  },
  {
    name: 'whole-delivery-waits-for-the-end',
    file: 'src/gateway/upstream-stream.ts',
    find: 'if (this.hasContent && (!this.#held || this.isTooLong)) return',
    replace: 'if (this.hasContent) return',
    breaks: ['tests/journeys/whole-delivery.test.ts'],
  },
  {
    name: 'past-the-limit-is-stopped',
    file: 'src/gateway/relay-stream.ts',
    find: 'if (stream.finish === undefined && stream.hasLimit && this.#isBeyondLimit()) this.#stopAtLimit();',
    replace: '',
    breaks: ['tests/journeys/past-the-limit.test.ts'],
  },
  {
    name: 'hedges-leave-nothing-behind',
    file: 'src/gateway/hedge.ts',
    find: 'facts.store !== true &&',
    replace: '',
    breaks: ['tests/journeys/hedging.test.ts'],
  },
  {
    name: 'loser-of-a-hedge-is-called-off',
    file: 'src/gateway/hedge.ts',
    find: 'stop.isLost = true;\n  stop.listener?.();',
    replace: 'stop.isLost = true;',
    breaks: ['tests/journeys/hedging.test.ts'],
  },
  {
    name: 'hedges-have-a-budget',
    file: 'src/gateway/hedge-budget.ts',
    find: 'if (this.#tokens < 1 - Number.EPSILON * 16) return false;',
    replace: '',
    breaks: ['tests/journeys/hedging.test.ts'],
  },
  {
    name: 'overload-is-shed',
    file: 'src/core/allowance/door.ts',
    find: 'if (lags || heapShare > heapShareMax) {',
    replace: 'if (heapShare > 2) {',
    breaks: ['tests/properties/door.test.ts', 'tests/journeys/overload.test.ts'],
  },
  {
    name: 'who-pays-goes-first',
    file: 'src/core/allowance/door.ts',
    find: "return rank === 'paid' ? this.limit : Math.ceil(this.limit * freeShare);",
    replace: 'return this.limit;',
    breaks: ['tests/properties/door.test.ts', 'tests/journeys/overload.test.ts'],
  },
  {
    name: 'draining-port-answers',
    file: 'src/workers/serve-gateway.ts',
    find: '  await opened.drain();\n  server.close();',
    replace: '  server.close();\n  await opened.drain();',
    breaks: ['tests/journeys/start-and-end.test.ts'],
  },
  {
    name: 'broken-stream-is-never-done',
    file: 'src/gateway/relay-stream.ts',
    find: 'Buffer.from(stream.faultText(new Fault(fault)))',
    replace: "Buffer.from('data: [DONE]\\n\\n')",
    breaks: ['tests/journeys/streams.test.ts'],
  },
];

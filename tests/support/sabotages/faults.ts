import type { Sabotage } from '../sabotage.ts';

/** What the fault matrix must see; `npm run faults -- --sabotage retries` counts the cells that do. */
export const faultSabotages: readonly Sabotage[] = [
  {
    name: 'faults-retries',
    file: 'src/core/routing/next-attempt.ts',
    find: "if (tried.length >= attemptsMax || last?.next === 'stop') return undefined;",
    replace: 'if (tried.length >= 1) return undefined;',
    breaks: ['tests/faults/fault-matrix.test.ts'],
  },
  {
    name: 'faults-terminal-error',
    file: 'src/gateway/relay/relay-stream.ts',
    find: 'Buffer.from(stream.faultText(new Fault(fault)))',
    replace: "Buffer.from('')",
    breaks: ['tests/faults/fault-matrix.test.ts'],
  },
  {
    name: 'faults-abort',
    file: 'src/outgoing/providers/exchange-relay.ts',
    find: 'this.#exchange?.abort();',
    replace: '',
    breaks: ['tests/faults/fault-matrix.test.ts'],
  },
];

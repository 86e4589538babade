import type { Sabotage } from '../sabotage.ts';

/** What the journal's disk and the sockets to upstreams must never do. */
export const dataPathSabotages: readonly Sabotage[] = [
  {
    name: 'a-sync-makes-nobody-wait',
    file: 'src/gateway/journal/segment-files.ts',
    find: "this.#options.post({ kind: 'sync', number, file });",
    replace: "this.#options.io.sync(file); this.#options.post({ kind: 'sync', number, file });",
    breaks: ['tests/journal/slow-disk.test.ts'],
  },
  {
    name: 'a-failed-sync-is-final',
    file: 'src/gateway/journal/segment-disk.ts',
    find: 'if (this.#poisoned.has(number)) return false;',
    replace: '',
    breaks: ['tests/journal/disk-faults.test.ts'],
  },
  {
    name: 'what-follows-an-answer-is-nobodys',
    file: 'src/outgoing/providers/response-reader.ts',
    find: 'if (at < bytes.length) this.#isPersistent = false;',
    replace: '',
    breaks: ['tests/outgoing/response-reader.test.ts'],
  },
  {
    name: 'a-length-is-said-once',
    file: 'src/outgoing/providers/response-reader.ts',
    find: 'if (length !== undefined || !isLatest',
    replace: 'if (!isLatest',
    breaks: ['tests/outgoing/response-reader.test.ts'],
  },
  {
    name: 'an-exchange-ends-with-its-answer',
    file: 'src/outgoing/providers/exchange-relay.ts',
    find: 'another call from now on.\n    this.#exchange = undefined;',
    replace: '',
    breaks: ['tests/outgoing/providers.test.ts'],
  },
];

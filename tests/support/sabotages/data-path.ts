import type { Sabotage } from '../sabotage.ts';

/** What the journal's disk and the sockets to upstreams must never do. */
export const dataPathSabotages: readonly Sabotage[] = [
  {
    name: 'counts-of-the-dead-stay',
    file: 'src/workers/start-workers.ts',
    find: '        this.#gone = addReadings([this.#gone, { ...worker.reading, gauges: {} }]);\n',
    replace: '',
    breaks: ['tests/journeys/several-processes.test.ts'],
  },
  {
    name: 'slow-bodies-before-the-console-end',
    file: 'src/http/data/pass-through.ts',
    find: 'request.complete || request.destroy()',
    replace: 'request.complete',
    breaks: ['tests/journeys/bad-input.test.ts'],
  },
  {
    name: 'a-network-has-its-share-of-places',
    file: 'src/http/data/pass-through.ts',
    find: ' || ofNetwork >= most',
    replace: '',
    breaks: ['tests/journeys/slow-strangers.test.ts'],
  },
  {
    name: 'a-late-claim-is-given-back',
    file: 'src/gateway/caller/carry-out-once.ts',
    find: "    giveBack();\n    throw new Fault('not-ready'",
    replace: "    throw new Fault('not-ready'",
    breaks: ['tests/journeys/carried-out-once.test.ts'],
  },
  {
    name: 'a-fenced-gateway-ends',
    file: 'src/gateway/keeper-link.ts',
    find: 'this.#news.fenced();',
    replace: '',
    breaks: ['tests/journeys/fenced.test.ts'],
  },
  {
    name: 'only-the-keepers-word-makes-empty',
    file: 'src/gateway/admit/admit.ts',
    find: 'if (refills === refillsMax) throw othersFault();',
    replace:
      "if (refills === 2) throw shortFault(ask, needs, lacking, { kind: 'short', allowance: '', free: 0n, resetsInMs: null }, gateway);",
    breaks: ['tests/journeys/taken-by-others.test.ts'],
  },
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

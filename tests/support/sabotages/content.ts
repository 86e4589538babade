import type { Sabotage } from '../sabotage.ts';

/** What keeps content out of everything that stays, and its life in memory short. */
export const contentSabotages: readonly Sabotage[] = [
  {
    name: 'content-stays-out-of-logs',
    file: 'src/gateway/handle-generation.ts',
    find: 'life.received(body.byteLength);',
    replace: "life.received(body.byteLength); process.stderr.write(Buffer.from(body.reveal('translate')));",
    breaks: ['tests/journeys/verify-privacy.test.ts', 'tests/canary/after-crash.test.ts'],
  },
  {
    name: 'dumps-hold-no-memory',
    file: 'src/workers/quiet-crashes.ts',
    find: "writeFileSync('/proc/self/coredump_filter', '0');",
    replace: "writeFileSync('/proc/self/coredump_filter', '0x33');",
    breaks: ['tests/canary/after-crash.test.ts'],
  },
  {
    name: 'content-is-let-go',
    file: 'src/observe/content-clock.ts',
    find: 'this.#clock.bytes -= this.#bytes;',
    replace: '',
    breaks: ['tests/journeys/content-life.test.ts'],
  },
  {
    name: 'stages-are-timed',
    file: 'src/gateway/handle-generation.ts',
    find: "generation.life.reaches('answer');",
    replace: '',
    breaks: ['tests/journeys/content-life.test.ts'],
  },
  {
    name: 'no-copy-is-kept',
    file: 'src/gateway/handle-generation.ts',
    find: 'life.received(body.byteLength);',
    replace:
      "life.received(body.byteLength); ((globalThis as { kept?: string[] }).kept ??= []).push(body.revealText('translate'));",
    breaks: ['tests/journeys/content-in-memory.test.ts'],
  },
];

import type { Sabotage } from '../sabotage.ts';

/** What a dialect is told in another one's words, and what is counted where nobody says it. */
export const translationSabotages: readonly Sabotage[] = [
  {
    name: 'lone-reasoning-is-left-out',
    file: 'src/core/protocol/openai-responses/encode-input.ts',
    find: "fieldOf(item, 'type') === 'reasoning' && !isOfModel(kept.at(-1))",
    replace: 'item === undefined',
    breaks: ['tests/properties/dialect-grammar.test.ts', 'tests/protocols/openai-responses/encode-request.test.ts'],
  },
  {
    name: 'nothing-follows-a-fault',
    file: 'src/core/protocol/openai-chat/encode-events.ts',
    find: "if (this.#isBroken) return '';",
    replace: '',
    breaks: ['tests/properties/dialect-grammar.test.ts'],
  },
  {
    name: 'lost-cache-marks-are-named',
    file: 'src/core/protocol/anthropic-messages/encode-messages.ts',
    find: "if (!block && part.cache) losses.add('cache_control');",
    replace: '',
    breaks: ['tests/protocols/anthropic-messages/encode-limits.test.ts'],
  },
  {
    name: 'documents-stand-with-words',
    file: 'src/core/protocol/bedrock-converse/settle-turns.ts',
    find: 'return lacksWords ?',
    replace: 'return lacksWords === undefined ?',
    breaks: ['tests/properties/bedrock-grammar.test.ts'],
  },
  {
    name: 'frames-are-checked',
    file: 'src/core/protocol/event-stream.ts',
    find: 'if (crc32(window, at, end - trailerBytes) !== window.readUInt32BE(end - trailerBytes)) {',
    replace: 'if (at < 0) {',
    breaks: ['tests/properties/event-stream.test.ts'],
  },
  {
    name: 'streams-are-not-buffered',
    file: 'src/gateway/relay/caller-stream.ts',
    find: "      'x-accel-buffering',\n      'no',\n",
    replace: '',
    breaks: ['tests/journeys/stream-heads.test.ts'],
  },
  {
    name: 'silent-answers-are-counted',
    file: 'src/gateway/meter/count-own.ts',
    find: 'return texts && count(',
    replace: 'return undefined && count(',
    breaks: ['tests/journeys/own-count.test.ts'],
  },
  {
    name: 'silent-streams-are-remembered',
    file: 'src/gateway/handle-generation.ts',
    find: 'silentEndpoints.add(endpoint.id)',
    replace: 'silentEndpoints.clear()',
    breaks: ['tests/journeys/own-count.test.ts'],
  },
];

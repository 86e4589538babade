import type { Sabotage } from '../sabotage.ts';

/** Of what is no chat: embeddings, pictures, audio, files. */
export const surfaceSabotages: readonly Sabotage[] = [
  {
    name: 'files-are-their-workspaces',
    file: 'src/gateway/stored-objects.ts',
    find: "if (upstream === null) throw new Fault('object-unknown');",
    replace: "if (upstream === null) return 'first';",
    breaks: ['tests/journeys/files.test.ts'],
  },
  {
    name: 'batches-are-the-operators',
    file: 'src/gateway/serve-batches.ts',
    find: "if (settings.batches !== 'on') throw new Fault('not-allowed');",
    replace: '',
    breaks: ['tests/journeys/files.test.ts'],
  },
  {
    name: 'files-pin-a-request',
    file: 'src/gateway/ask-storage.ts',
    find: '({ mayStoreAt, pinnedTo: theOne(upstreams) })',
    replace: '({ mayStoreAt, pinnedTo: undefined })',
    breaks: ['tests/journeys/files.test.ts'],
  },
  {
    name: 'broken-speech-is-never-whole',
    file: 'src/gateway/relay-bytes.ts',
    find: 'generation.call.reply.reset()',
    replace: 'generation.call.reply.end()',
    breaks: ['tests/journeys/audio.test.ts'],
  },
  {
    name: 'seconds-have-a-price',
    file: 'src/core/money/charge.ts',
    find: 'BigInt(audioSeconds) * (rates.audioSecond ?? 0n) +',
    replace: '',
    breaks: ['tests/journeys/audio.test.ts', 'tests/properties/money.test.ts'],
  },
  {
    name: 'no-field-of-a-form-stands-twice',
    file: 'src/core/protocol/native-surface/form-body.ts',
    find: "if (this.#fields.has(part.name)) throw malformed('a field stands twice in the form');",
    replace: '',
    breaks: ['tests/journeys/images.test.ts'],
  },
  {
    name: 'a-boundary-is-its-own',
    file: 'src/core/protocol/multipart.ts',
    find: 'end < start || !isAfterLine',
    replace: 'end < start',
    breaks: ['tests/protocols/multipart/multipart.test.ts'],
  },
  {
    name: 'pictures-are-counted',
    file: 'src/core/protocol/openai-images/read-reply.ts',
    find: 'past - start > 2)) images += 1;',
    replace: 'past - start > 2)) images = 1;',
    breaks: ['tests/journeys/images.test.ts'],
  },
  {
    name: 'fewer-vectors-are-no-answer',
    file: 'src/core/protocol/embeddings/translation.ts',
    find: 'answer?.vectors.length !== asked.texts.length',
    replace: 'answer === undefined',
    breaks: ['tests/journeys/embeddings.test.ts'],
  },
  {
    name: 'embeddings-go-only-where-there-are-some',
    file: 'src/core/routing/eligible.ts',
    find: 'into ? upstream.protocols.find((each) => into.includes(each)) : ',
    replace: '',
    breaks: ['tests/journeys/embeddings.test.ts'],
  },
  {
    name: 'pictures-are-held-for',
    file: 'src/core/money/hold.ts',
    find: 'BigInt(images) * (rates.image ?? 0n) +',
    replace: '',
    breaks: ['tests/properties/money.test.ts'],
  },
  {
    name: 'pictures-and-seconds-have-bounds',
    file: 'src/core/money/believe-usage.ts',
    find: '(!countsMedia(reported) || isMediaInBounds(reported, own.media?.bounds))',
    replace: 'true',
    breaks: ['tests/properties/money.test.ts'],
  },
];

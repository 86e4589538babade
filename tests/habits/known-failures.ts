/**
 * What others of this kind got wrong, by the numbers of the list that we keep of it, and the tests that show that it does
 * not happen here. Each title stands in its file as it is written here: known-failures.test.ts looks.
 */
export type KnownFailure = {
  readonly id: string;
  /** What must not happen, or must. */
  readonly says: string;
  readonly tests: readonly (readonly [file: string, title: string])[];
};

const grammar = 'tests/properties/dialect-grammar.test.ts';
const anthropic = 'tests/protocols/anthropic-messages';
const responses = 'tests/protocols/openai-responses';
const chat = 'tests/protocols/openai-chat';
const gemini = 'tests/protocols/gemini-generate';

export const knownFailures: readonly KnownFailure[] = [
  {
    id: 'K30',
    says: 'A cut upstream becomes an error in the stream, in the caller’s dialect, never a clean end.',
    tests: [
      ['tests/journeys/failover.test.ts', 'after the first word the caller gets an error in its stream'],
      [
        'tests/journeys/clouds.test.ts',
        'a stream that breaks in a frame, or by an exception, ends with the terminal error',
      ],
      [grammar, 'a fault at any place ends a stream that is cut'],
      ['tests/compliance/responses.test.ts', 'a stream that breaks fails with the reason, in order'],
    ],
  },
  {
    id: 'K31',
    says: 'No text comes twice: another endpoint is asked before the first content only.',
    tests: [
      ['tests/journeys/failover.test.ts', 'the second endpoint answers, and is the only one that is paid'],
      ['tests/journeys/dialects.test.ts', 'an endpoint of another dialect takes over unseen'],
    ],
  },
  {
    id: 'K32',
    says: 'One message_start, blocks in order, thinking apart from text, nothing left open after an error.',
    tests: [
      [`${anthropic}/encode-replies.test.ts`, 'any stream keeps the grammar, and loses no text, no argument'],
      [`${anthropic}/encode-replies.test.ts`, 'a fault at any place closes what is open and ends with an error'],
      [grammar, 'any answer of any upstream is a stream in this dialect'],
    ],
  },
  {
    id: 'K33',
    says: 'Arguments of tools from deltas, from the end or whole; parallel calls; calls without arguments; right indices.',
    tests: [
      [`${responses}/decode-events.test.ts`, 'arguments come out once, whichever event brings them'],
      [`${chat}/decode-reply.test.ts`, 'calls that come mixed and without ids are told apart'],
      [`${chat}/decode-reply.test.ts`, 'several calls under one index, or under none, are several calls'],
      [`${anthropic}/encode-replies.test.ts`, 'parallel calls that come interleaved go out one after the other'],
    ],
  },
  {
    id: 'K34',
    says: 'Signatures and sealed reasoning survive a turn in every pair; foreign turns get Google’s placeholder.',
    tests: [
      [`${anthropic}/encode-replies.test.ts`, 'state of other families survives a turn through this dialect'],
      [`${responses}/round-trip.test.ts`, 'state of every family survives a turn through a caller of this dialect'],
      [`${chat}/foreign-state.test.ts`, 'proved comes back from a caller who returns the message'],
      [`${gemini}/state-round-trip.test.ts`, 'reasoning of other families and its proof survive the way'],
      [`${gemini}/encode-request.test.ts`, 'an unsigned call of the current turn gets the placeholder'],
      ['tests/compliance/responses.test.ts', 'what the model said, called and thought can be sent back'],
    ],
  },
  {
    id: 'K35',
    says: 'A mark of the cache is told or named, never lost in silence; the same request gives the same bytes.',
    tests: [
      [grammar, 'every mark of the cache is told or named, and the same request gives the same bytes'],
      ['tests/journeys/dialects.test.ts', 'what a translation leaves out is named on the reply and in the record'],
    ],
  },
  {
    id: 'K36',
    says: 'Usage is always asked for, and told to those who asked.',
    tests: [
      ['tests/journeys/streams.test.ts', "the caller gets the upstream's own bytes, and usage only when it asked"],
    ],
  },
  {
    id: 'K37',
    says: 'Usage of a message that begins is corrected at its end; a seed is no usage.',
    tests: [
      [`${anthropic}/streams.test.ts`, 'cumulative usage replaces, and what the last report leaves out stays'],
      [`${anthropic}/streams.test.ts`, 'the seed of output in message_start is no usage'],
      [`${anthropic}/encode-replies.test.ts`, 'the first event goes out at once, and the last but one tells all usage'],
    ],
  },
  {
    id: 'K38',
    says: 'Broken chunks, CRLF, cut letters, comments, a missing end, compression, large bodies, lines without end: bounded.',
    tests: [
      ['tests/properties/sse.test.ts', 'any cutting of any stream gives the events of the specification'],
      ['tests/properties/sse.test.ts', 'a line at the limit passes, a longer one is refused however it comes'],
      ['tests/properties/sse.test.ts', 'an event of short lines that never ends is refused'],
      ['tests/properties/sse.test.ts', 'a long line that comes byte by byte is copied a bounded number of times'],
      ['tests/journeys/stream-ends.test.ts', 'an upstream that said why it stopped has ended'],
      [
        'tests/journeys/hostile-edges.test.ts',
        'what an upstream compresses is inflated no faster than the caller reads',
      ],
      ['tests/journeys/large-and-odd-input.test.ts', 'the real bound is 32 MiB: a body of that is taken'],
    ],
  },
  {
    id: 'K39',
    says: 'No proxy buffers or keeps a stream, nothing compresses it, and silence is filled.',
    tests: [
      ['tests/journeys/stream-heads.test.ts', 'no proxy may buffer, transform or keep a stream'],
      ['tests/journeys/stream-heads.test.ts', 'while the upstream is silent, the caller hears that somebody is there'],
    ],
  },
  {
    id: 'K40',
    says: 'What refers to stored or sealed state goes to who made it, or is refused in a clear way.',
    tests: [
      [
        'tests/journeys/stored-responses.test.ts',
        'what refers to a stored response goes to the upstream that keeps it',
      ],
      ['tests/journeys/stored-responses.test.ts', 'stored state has no translation: a clear refusal'],
      ['tests/journeys/other-peoples-objects.test.ts', 'cannot be named'],
      [`${chat}/foreign-state.test.ts`, 'to another chat upstream the wrapped state does not go'],
    ],
  },
];

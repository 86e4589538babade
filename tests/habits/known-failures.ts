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
const money = 'tests/journeys/known-money-failures.test.ts';
const model = 'tests/model/money-model.test.ts';
const gemini = 'tests/protocols/gemini-generate';

export const knownFailures: readonly KnownFailure[] = [
  {
    id: 'K01',
    says: 'Of many at once on a balance that pays for few, exactly those few are served: one process, workers, replicas.',
    tests: [
      ['tests/budget/budget.test.ts', 'a dollar pays for exactly 100 of 1,000'],
      ['tests/budget/several-gateways.test.ts', 'a dollar pays for 95 to 100 answers of a cent'],
      ['tests/journeys/limits.test.ts', 'a thousand at once: exactly as many pass as the tightest'],
      ['tests/store/races.test.ts', 'keepers that grant at once give out what there is, and no more'],
    ],
  },
  {
    id: 'K02',
    says: 'No balance is below nothing, no hold above a balance, and nobody passes without one.',
    tests: [
      ['tests/budget/budget.test.ts', 'spent and held never exceed the dollar'],
      [model, 'whatever happens in whatever order, nobody is overspent and nothing is lost'],
    ],
  },
  {
    id: 'K03',
    says: 'A process that is killed between hold and settlement leaks nothing and loses nothing.',
    tests: [
      ['tests/kill9/kill9.test.ts', 'kill -9 at any moment loses no answered generation'],
      [model, 'whatever happens in whatever order, nobody is overspent and nothing is lost'],
    ],
  },
  {
    id: 'K04',
    says: 'However often, and by whomever, a generation is ended: one charge.',
    tests: [
      ['tests/store/posting.test.ts', 'a generation is charged once, however often it is posted'],
      ['tests/store/races.test.ts', 'keepers that post the same generations at once charge each of them once'],
      [
        'tests/properties/lease.test.ts',
        'a hold that leaves its block unsettled is released, a settled one stays settled',
      ],
    ],
  },
  {
    id: 'K05',
    says: 'Usage that is repeated on every chunk counts once.',
    tests: [
      [money, 'usage that stands on every chunk counts once, the last of each field (K05)'],
      [`${anthropic}/streams.test.ts`, 'cumulative usage replaces, and what the last report leaves out stays'],
    ],
  },
  {
    id: 'K06',
    says: 'Counts that are zero, missing, negative, no number or absurd are bounded and marked, and credit nobody.',
    tests: [
      [money, 'counts that are none credit nobody (K06, K07)'],
      ['tests/properties/money.test.ts', 'a count that is negative, no number, huge or broken is disputed'],
    ],
  },
  {
    id: 'K07',
    says: 'A cost that an upstream tells is not added to ours, nor does it replace it.',
    tests: [[money, 'a cost that an upstream tells is nobody’s charge']],
  },
  {
    id: 'K08',
    says: 'Reads of a cache, writes to it, tiers and service tiers: each token in one bucket, in all four dialects.',
    tests: [
      [money, 'what was read from a cache or written to it is counted once, in each of the four dialects (K08)'],
      ['tests/properties/money.test.ts', 'above the edge of a tier the whole request costs the rates of the tier'],
      ['tests/properties/price-in-force.test.ts', 'a service tier costs its multiple for who asked for it and got it'],
    ],
  },
  {
    id: 'K09',
    says: 'The same request costs the same, whole or streamed, in whichever dialect it is asked.',
    tests: [[money, 'the same request costs the same in whichever dialect it is asked, whole or streamed (K09)']],
  },
  {
    id: 'K10',
    says: 'Every surface passes the same meter and budget; what has no price is refused at the start.',
    tests: [
      ['tests/journeys/native-surfaces.test.ts', 'embeddings cost the tokens that the upstream reports'],
      ['tests/journeys/native-surfaces.test.ts', 'rerank costs the tokens that are reported'],
      ['tests/journeys/images.test.ts', 'wallets and limits hold here too, and nothing is made smaller to fit'],
      ['tests/journeys/audio.test.ts', 'wallets, limits and their headers hold here too'],
      ['tests/journeys/beside-generations.test.ts', 'they use one of the rate of requests each'],
    ],
  },
  {
    id: 'K11',
    says: 'Who leaves, at any moment, pays what the policy says, and the upstream is left at once.',
    tests: [
      ['tests/journeys/streams.test.ts', 'a caller that leaves before the upstream answered pays nothing'],
      ['tests/journeys/streams.test.ts', 'a caller that leaves after the head and before content pays the input'],
      ['tests/journeys/streams.test.ts', 'a caller that leaves after content: upstream aborted within 250 ms'],
      ['tests/journeys/stream-ends.test.ts', 'who leaves before the last chunk of a Gemini model pays for what came'],
    ],
  },
  {
    id: 'K12',
    says: 'An upstream that dies without telling usage makes no bill.',
    tests: [[money, 'an upstream that dies tells no bill, and the text of an error is no output (K12, K13)']],
  },
  {
    id: 'K13',
    says: 'The text of an error is never charged as output.',
    tests: [[money, 'an upstream that dies tells no bill, and the text of an error is no output (K12, K13)']],
  },
  {
    id: 'K14',
    says: 'A request that is sent again under its name is not charged twice.',
    tests: [
      ['tests/journeys/carried-out-once.test.ts', 'of twenty at once one is carried out and charged'],
      ['tests/store/claims.test.ts', 'one of many who claim a name at once gets it'],
    ],
  },
  {
    id: 'K15',
    says: 'Failed attempts and the model that answered instead are told as they were, and only that one is paid.',
    tests: [
      ['tests/journeys/failover.test.ts', 'the second endpoint answers, and is the only one that is paid'],
      ['tests/journeys/explained.test.ts', 'a model that was fallen back to is told as such'],
    ],
  },
  {
    id: 'K16',
    says: 'Budgets start again at midnight of their own zone, and a change of one holds at once.',
    tests: [
      ['tests/properties/windows-of-zones.test.ts', 'days with 23 and 25 hours, and one that begins at one o’clock'],
      ['tests/journeys/account-api.test.ts', 'a limit that is lowered holds within a second'],
      ['tests/journeys/limits.test.ts', 'limits are listed, moved and taken away, within a second'],
    ],
  },
  {
    id: 'K17',
    says: 'Who is refused uses no rate, no request and no place.',
    tests: [
      [money, 'who is refused uses no rate, no request and no place among those at once (K17)'],
      [
        'tests/journeys/beside-generations.test.ts',
        'they use one of the rate of requests each, and what is refused before uses none',
      ],
    ],
  },
  {
    id: 'K18',
    says: 'Tokens are given up to their limit; a place among those at once is free again after an abort or a crash.',
    tests: [
      [money, 'a place among those at once is free again when its caller leaves, and when its process dies (K18)'],
      ['tests/properties/rates.test.ts', 'tokens: the limit is passed by no more than what was in flight'],
      ['tests/journeys/limits.test.ts', 'what was expected and not used of tokens comes back at the end'],
    ],
  },
  {
    id: 'K19',
    says: 'A key that may spend nothing more still lists models and sees its balance.',
    tests: [[money, 'whose wallet is empty or whose limit is reached still sees models, balance and limits (K19)']],
  },
  {
    id: 'K20',
    says: 'What is shown as used and left is what requests are measured by.',
    tests: [
      ['tests/journeys/account-api.test.ts', 'GET /key: both limits side by side, what is used of them'],
      ['tests/journeys/account-api.test.ts', 'GET /generation shows a generation to its own workspace'],
      ['tests/journeys/limits.test.ts', 'a thousand at once: exactly as many pass as the tightest'],
    ],
  },
  {
    id: 'K22',
    says: 'Credit counts for the next request.',
    tests: [
      ['tests/journeys/carried-out-once.test.ts', 'what was refused, or failed at every endpoint, may be tried again'],
    ],
  },
  {
    id: 'K23',
    says: 'Money is whole nano-dollars, and the books balance.',
    tests: [
      ['tests/properties/money.test.ts', 'a charge rounds once, up: three parts of a nano are one'],
      ['tests/store/transfers.test.ts', 'entries become a transfer if and only if they balance'],
    ],
  },
  {
    id: 'K24',
    says: 'A crash and an outage of the store lose nothing that was answered.',
    tests: [
      ['tests/kill9/kill9.test.ts', 'kill -9 at any moment loses no answered generation'],
      ['tests/keeper/fence-job.test.ts', 'while the store is away nobody is fenced'],
    ],
  },
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
      ['tests/properties/event-stream.test.ts', 'one wrong byte anywhere in a frame is noticed'],
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

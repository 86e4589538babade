import { newsWordingNow, newsWordings } from '#core/privacy/news/news-wording.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const mailMax = 50;
/** Whoever took a letter has tried for some minutes by then, or is gone. */
const againAfterMs = 3_600_000;
const subjectMax = 150;
const textMax = 20_000;

/** What a person agreed to, to which words, and until when. */
export async function showMailChoices({ store }: CommandContext, given: unknown) {
  const consents = await store.news.consentsOf(readPerson(given));
  const { version, text } = newsWordingNow();
  const now = consents.find(({ withdrawnAt }) => withdrawnAt === null);
  return {
    consents: now?.wording === version,
    since: now?.wording === version ? isoOf(now.givenAt) : null,
    wording: { version, text },
    history: consents.map(({ wording, givenAt, withdrawnAt, withdrawnWay }) => ({
      ...{ version: wording, text: newsWordings.find((each) => each.version === wording)?.text ?? null },
      ...{ given_at: isoOf(givenAt), withdrawn_at: withdrawnAt === null ? null : isoOf(withdrawnAt) },
      withdrawn_by: withdrawnWay,
    })),
  };
}

/** A person agrees to the words that it was shown, or takes it back. */
export async function chooseNews(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const person = readPerson(given);
  const choice = args.optionalChoice('choice', 'what is chosen', ['agree', 'withdraw']);
  const way = args.optionalChoice('way', 'how', ['page', 'link']) ?? 'page';
  const { store, now } = context;
  if (choice === 'withdraw') await store.news.withdraw({ person, way, now: now() });
  else if (choice === 'agree') {
    const shown = args.optionalCount('wording', 'which words were shown');
    const { version } = newsWordingNow();
    if (shown !== version) throw new Refused('These are not the words that hold now. Load the page again.');
    await store.news.consent({ person, wording: version, now: now() });
  } else throw new Refused('Say what is chosen: agree or withdraw.');
  return await showMailChoices(context, given);
}

/** The operator writes to everybody who agreed, and to nobody else. */
export async function sendNews({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const subject = args.text('subject', 'the subject', subjectMax);
  const text = args.text('text', 'the text', textMax);
  return await store.news.send({ subject, text, wording: newsWordingNow().version, now: now() });
}

export async function listNews({ store }: CommandContext) {
  return (await store.news.list()).map(({ at, ...rest }) => ({ ...rest, at: isoOf(at) }));
}

export async function takeNewsMail({ store, now }: CommandContext) {
  const wording = newsWordingNow().version;
  return await store.news.takeMail({ max: mailMax, now: now(), againAfterMs, wording });
}

export async function endNewsMail({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const state = args.optionalChoice('state', 'what became of it', ['sent', 'failed', 'none']);
  if (state === undefined) throw new Refused('Say what became of it: sent, failed or none.');
  await store.news.mailed({
    news: args.text('news', 'which letter', 64),
    person: readPerson(given),
    state,
    now: now(),
  });
  return { state };
}

function readPerson(given: unknown): string {
  return new Arguments(given).text('person', 'which person', 64);
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const lettersMax = 50;
/** Whoever took a letter has tried for some minutes by then, or is gone. */
const againAfterMs = 3_600_000;

/** Letters about outages and webhooks that are to be written now; whoever takes them says what became of each. */
export async function takeAlertLetters({ store, now }: CommandContext) {
  return await store.alerts.takeLetters({ max: lettersMax, now: now(), againAfterMs });
}

export async function endAlertLetter({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const state = args.optionalChoice('state', 'what became of it', ['sent', 'failed', 'none']);
  if (state === undefined) throw new Refused('Say what became of it: sent, failed or none.');
  const letter = { about: args.text('about', 'which letter', 400), person: args.text('person', 'which person', 64) };
  await store.alerts.lettered({ ...letter, state, now: now() });
  return { state };
}

/** Whether a person who operates this Fairlead gets a letter about each outage. */
export async function showAlertReader({ store }: CommandContext, given: unknown) {
  return { wants: await store.alerts.wantsLetters(new Arguments(given).text('person', 'which person', 64)) };
}

export async function setAlertReader({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const wants = args.optionalFlag('wants', 'whether letters are wanted');
  if (wants === undefined) throw new Refused('Say whether letters are wanted: true or false.');
  await store.alerts.setWantsLetters(args.text('person', 'which person', 64), wants, now());
  return { wants };
}

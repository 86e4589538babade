import { Buffer } from 'node:buffer';
import type { CaseRow } from '#store/case-store.ts';
import { Arguments } from '../commands/arguments.ts';
import { clocksFor, oneOf, readCountry, requestKinds, seal, toJson, unsealed } from '../commands/cases.ts';
import { type CommandContext, Refused } from '../commands/command.ts';

const dayMs = 86_400_000;
const listed = 50;
/** Whoever has so many open asks for nothing new. */
const openMax = 20;
/** How it is known that it is the person: `session`: signed in, and a proof of the last ten minutes. */
const ladder = ['session', 'management'] as const;

/**
 * A request of somebody who is known: a case of the same desk, with the same clocks. What was done at once is closed at once, so
 * that the register has it.
 */
export async function openOwnCase(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const person = args.optionalText('person', 'whose it is', 64) ?? null;
  const opened = await addCase(context, args, {
    person,
    workspace: args.optionalText('workspace', 'of which workspace', 64) ?? null,
    endUser: args.optionalText('end_user', 'which end user', 64) ?? null,
  });
  const isDone = args.optionalFlag('done', 'whether it is done already') ?? false;
  if (isDone) await context.store.cases.close(opened.id, 'answered', context.now());
  return { ...opened, state: isDone ? 'closed' : 'open' };
}

async function addCase(
  context: CommandContext,
  args: Arguments,
  whose: { readonly person: string | null; readonly workspace: string | null; readonly endUser: string | null },
) {
  const { store, now, randomBytes } = context;
  const kind = oneOf(args.text('kind', 'what is asked'), requestKinds);
  if (whose.person !== null && (await openOf(context, whose.person)) >= openMax) {
    throw new Refused(`You have ${openMax} open requests: wait for an answer to one of them.`);
  }
  const country = readCountry(args);
  const { due, clocks } = await clocksFor(context, { received: Math.floor(now() / dayMs), country });
  const key = randomBytes(32);
  const wrote = {
    contact: args.text('contact', 'how to reach whoever asks'),
    text: args.optionalText('text', 'what', 2_000) ?? '',
    about: args.optionalText('about', 'about what', 64) ?? null,
  };
  const { id } = await store.cases.open({
    ...{ register: 'request', kind, country: country ?? null, receivedAt: now(), ...whose, message: null },
    dueAt: (due + 1) * dayMs - 1,
    facts: { identity: oneOf(args.text('identity', 'how it is known who asks'), ladder) },
    sealed: seal(JSON.stringify(wrote), key, randomBytes(12)),
    sealKey: Buffer.from(key).toString('base64url'),
  });
  return { id, kind, due: new Date(due * dayMs).toISOString().slice(0, 10), clocks: Object.keys(clocks) };
}

async function openOf({ store }: CommandContext, person: string): Promise<number> {
  return (await store.cases.ofPerson(person, listed)).filter(({ closedAt }) => closedAt === null).length;
}

/** A person's own requests, with what it wrote while they are open. */
export async function listOwnCases({ store, now }: CommandContext, given: unknown) {
  const person = new Arguments(given).text('person', 'whose', 64);
  return (await store.cases.ofPerson(person, listed)).map((each) => ownCase(each, now()));
}

function ownCase(row: CaseRow, now: number) {
  const { person: _, ...shown } = toJson(row, now);
  const { text, about } = unsealed(row);
  return { ...shown, text, about };
}

/** Takes back what is still open. */
export async function withdrawCase({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const [id, person] = [args.text('id', 'which request', 64), args.text('person', 'whose', 64)];
  const found = await store.cases.find(id);
  if (found?.person !== person || !(await store.cases.close(id, 'withdrawn', now()))) {
    throw new Refused('You have no such open request.');
  }
  return { id, outcome: 'withdrawn' };
}

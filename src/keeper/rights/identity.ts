import { Buffer } from 'node:buffer';
import type { CaseRow } from '#store/case-store.ts';
import { Arguments } from '../commands/arguments.ts';
import { oneOf, openSealed, seal, toJson, unsealed } from '../commands/cases.ts';
import { type CommandContext, Refused } from '../commands/command.ts';

const dayMs = 86_400_000;
const linkMs = 7 * dayMs;
/** Whoever guesses facts of an account does not do it often. */
const triesMax = 3;
const matchesMin = 2;
/** How a person of the operator came to know who asks. No copy of a document is among them, and none is kept. */
const ways = ['known-in-person', 'telephone', 'signed-letter', 'representative'] as const;

/** What is known of who asks, sealed with what it wrote: it goes when the case is closed. */
type Evidence = {
  readonly token: string;
  readonly askedAt: number;
  readonly tries: number;
};

type Wrote = { readonly contact: string; readonly text: string; readonly identity?: Evidence };

/** One request as the desk sees it. */
export async function showRequest({ store, now }: CommandContext, given: unknown) {
  const found = await findOpen(store, new Arguments(given).text('id', 'which request', 64));
  return { ...toJson(found, now()), ...unsealed(found) };
}

/** The second rung of the ladder: a letter to the address that the request names. Only its link's hash is kept. */
export async function askIdentity({ store, now, randomBytes }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const found = await findOpen(store, args.text('id', 'which request', 64));
  const identity = { token: args.text('token_hash', "the hash of the link's secret", 64), askedAt: now(), tries: 0 };
  if (!(await keep(store, found, { ...readWrote(found), identity }, randomBytes))) {
    throw new Refused('This request was changed meanwhile: try again.');
  }
  await store.cases.addFacts(found.id, { identity: 'asked' });
  return { id: found.id, identity: 'asked' };
}

/** Whether the link's secret is the one that was sent; then the address is whoever's who asks. Null: it is none, or over. */
export async function confirmIdentity({ store, now }: CommandContext, given: unknown) {
  const found = await foundByLink(store, new Arguments(given), now());
  if (!found) return null;
  if (found.facts.identity === 'asked') await store.cases.addFacts(found.id, { identity: 'letter' });
  return { id: found.id, contact: readWrote(found).contact };
}

/**
 * Facts of the account that has the address, as whoever asks knows them: two of three are enough. It is not told which were
 * right, nor whether there is such an account.
 */
export async function compareFacts({ store, now, randomBytes }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const found = await countTry(store, args, { now: now(), randomBytes });
  if (!found) return null;
  const person = args.optionalText('person', 'whose account', 64);
  const matches = person === undefined ? 0 : await matchesOf(store, person, args);
  if (matches >= matchesMin) await store.cases.addFacts(found.id, { identity: 'letter-and-facts' });
  return { taken: true };
}

/** Of tries at once each is counted: one that another was faster than looks again. */
async function countTry(
  store: CommandContext['store'],
  args: Arguments,
  { now, randomBytes }: { readonly now: number; readonly randomBytes: CommandContext['randomBytes'] },
): Promise<CaseRow | undefined> {
  for (let look = 0; look <= triesMax; look += 1) {
    const found = await foundByLink(store, args, now);
    const wrote = found && readWrote(found);
    if (!found || !wrote?.identity || wrote.identity.tries >= triesMax) return undefined;
    const identity = { ...wrote.identity, tries: wrote.identity.tries + 1 };
    if (await keep(store, found, { ...wrote, identity }, randomBytes)) return found;
  }
  return undefined;
}

/** The last rung: a person of the operator knows, and says how. */
export async function identityByHand({ store }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const found = await findOpen(store, args.text('id', 'which request', 64));
  const how = oneOf(args.text('how', `how it is known: ${ways.join(', ')}`), ways);
  await store.cases.addFacts(found.id, { identity: 'by-hand', identity_how: how });
  return { id: found.id, identity: 'by-hand', how };
}

async function matchesOf(store: CommandContext['store'], person: string, args: Arguments): Promise<number> {
  const told = (name: string) => args.optionalText(name, 'a fact', 100)?.toLowerCase();
  const workspaces = await store.members.workspacesOf(person);
  const keys = await Promise.all(workspaces.map(({ id }) => store.accounts.keys(id)));
  const facts = [
    workspaces.some(({ name }) => name.toLowerCase() === told('workspace')),
    keys.flat().some(({ hint }) => hint.toLowerCase() === told('key_ending')),
    told('month') !== undefined && told('month') === told('account_month'),
  ];
  return facts.filter(Boolean).length;
}

async function foundByLink(store: CommandContext['store'], args: Arguments, now: number): Promise<CaseRow | undefined> {
  const found = await store.cases.find(args.text('id', 'which request', 64));
  if (!found || found.closedAt !== null || found.sealed === null) return undefined;
  const { identity } = readWrote(found);
  const isIt = identity?.token === args.text('token_hash', "the hash of the link's secret", 64);
  return isIt && now - (identity?.askedAt ?? 0) < linkMs ? found : undefined;
}

async function findOpen(store: CommandContext['store'], id: string): Promise<CaseRow> {
  const found = await store.cases.find(id);
  if (found?.register !== 'request' || found.closedAt !== null) throw new Refused('There is no such open request.');
  return found;
}

async function keep(
  store: CommandContext['store'],
  { id, sealed: before, sealKey }: CaseRow,
  wrote: Wrote,
  randomBytes: CommandContext['randomBytes'],
): Promise<boolean> {
  if (sealKey === null || before === null) throw new Refused('There is no such open request.');
  const sealed = seal(JSON.stringify(wrote), Buffer.from(sealKey, 'base64url'), randomBytes(12));
  return await store.cases.reseal(id, { before, sealed });
}

function readWrote(row: CaseRow): Wrote {
  // This desk sealed it.
  return openSealed(row) as Wrote;
}

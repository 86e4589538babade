import { heldKindOf } from '#core/privacy/rights/article-15.ts';
import { type AccountAnswer, refusal } from '../account/account-answer.ts';
import type { Door } from '../account/door.ts';
import type { CommandOutcome, RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { SignedIn } from '../people/library-door.ts';
import type { People } from '../people/people.ts';
import type { SubjectIds } from './copy-tables.ts';

export type RightsOptions = {
  readonly command: RunCommand;
  readonly people: People;
  readonly door: Door;
  now(): number;
};

type Held = { readonly table: string; readonly rows: number };

/** What a person may ask of what is kept about it, without asking anybody: each is a case of the privacy desk. */
export class RightsApi {
  readonly #options: RightsOptions;

  constructor(options: RightsOptions) {
    this.#options = options;
  }

  /** All kinds of data about the person, how much of each, what for and how long. */
  async held(me: SignedIn): Promise<AccountAnswer> {
    const { people } = this.#options;
    const found = await this.#ask('held-show', subjectIds(me, people));
    if ('refused' in found) return refusal(503, found.refused);
    const records = await people.records();
    const rows = await Promise.all(
      records.tables.map(async (table) => ({ table, rows: (await records.rows(me.person, table)).length })),
    );
    const kept = (found.value as readonly Held[]).filter((each) => each.rows > 0);
    const data = [...heldKinds(rows), ...kept];
    return { status: 200, body: { data } };
  }

  async requests({ id }: SignedIn): Promise<AccountAnswer> {
    return dataOr(503, await this.#ask('own-case-list', { person: id }));
  }

  /** What a person must do: the desk has it with its clocks. */
  async openRequest(me: SignedIn, { kind, text, about }: Body<'rights-request'>): Promise<AccountAnswer> {
    const opened = await this.#open(me, { kind, text, about });
    return 'refused' in opened ? refusal(400, opened.refused) : { status: 201, body: { data: opened.value as object } };
  }

  async withdraw(me: SignedIn, id: string): Promise<AccountAnswer> {
    return dataOr(404, await this.#ask('own-case-withdraw', { id, person: me.id }));
  }

  /** A name is corrected at once; an address where its owner proves it, in Settings. */
  async correct(me: SignedIn, { name }: Body<'correction'>): Promise<AccountAnswer> {
    const { people, now } = this.#options;
    await (await people.book()).rename(me.person, name, now());
    return dataOr(503, await this.#open(me, { kind: 'correct', about: 'name', done: true }));
  }

  async restrictions({ person }: SignedIn): Promise<AccountAnswer> {
    return dataOr(503, await this.#ask('restriction-show', { kind: 'person', subject: person }));
  }

  /** Everything stops but storing, security and legal claims, for the person and for workspaces where it is alone. */
  async restrict(me: SignedIn, { restricted }: Body<'restriction'>): Promise<AccountAnswer> {
    return await this.#set(me, { activity: 'all', isOn: restricted, kind: 'restrict' });
  }

  /** Objects to what rests on a legitimate interest. */
  async objectTo(me: SignedIn, { activity, objects }: Body<'objection'>): Promise<AccountAnswer> {
    return await this.#set(me, { activity, isOn: objects, kind: 'object' });
  }

  async #set(
    me: SignedIn,
    { activity, isOn, kind }: { activity: string; isOn: boolean; kind: 'restrict' | 'object' },
  ): Promise<AccountAnswer> {
    const name = isOn ? 'restriction-set' : 'restriction-lift';
    const set = await this.#ask(name, { kind: 'person', subject: me.person, activity });
    if ('refused' in set) return refusal(400, set.refused);
    if (isOn) await this.#open(me, { kind, about: activity, done: atOnce.has(activity) });
    return { status: 200, body: { data: set.value as object }, done: isOn ? activity : `${activity} lifted` };
  }

  async #open({ id, email }: SignedIn, request: object): Promise<CommandOutcome> {
    return await this.#ask('own-case-open', { person: id, contact: email, identity: 'session', ...request });
  }

  #ask(name: string, args: object): Promise<CommandOutcome> {
    return this.#options.command(name, args);
  }
}

/** What stops by itself; of what else is objected to, a person judges whether it must go on. */
const atOnce: ReadonlySet<string> = new Set(['all', 'improve', 'monitor']);

/** Whom the store knows as this person. */
export function subjectIds({ person, id, email }: SignedIn, people: People): SubjectIds {
  return { person, pseudonym: id, email_hash: people.letters.addressHash(email) };
}

function heldKinds(counted: readonly Held[]): readonly object[] {
  return counted.flatMap(({ table, rows }) => (rows === 0 ? [] : (heldKindOf(table, rows) ?? [])));
}

export function dataOr(status: number, outcome: CommandOutcome): AccountAnswer {
  if ('refused' in outcome) return refusal(status, outcome.refused);
  // The keeper's commands give objects.
  return { status: 200, body: { data: outcome.value as object } };
}

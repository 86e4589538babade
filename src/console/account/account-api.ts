import type { CommandOutcome, RunCommand } from '../command-link.ts';
import { can, type Permission } from '../contract/permissions.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import { activityRow, type ShownUsage } from './activity-shape.ts';
import { toCsv } from './csv.ts';
import type { Door } from './door.ts';
import { usdNumberOf } from './exact-number.ts';
import type { AccountCaller, Asker } from './find-caller.ts';
import { generationShape, type ShownGeneration } from './generation-shape.ts';
import { managedKey, ownKey, publicHash, type ShownKey, type ShownKeyPage } from './key-shape.ts';
import { OwnKeysApi } from './own-keys-api.ts';

export type AccountApiOptions = {
  readonly command: RunCommand;
  readonly door: Door;
  readonly pepper: Uint8Array;
  readonly keyPrefix: string;
  now(): number;
};

type Fields = Readonly<Record<string, unknown>>;

/** Which keys: from one on, a hundred at most. */
export type KeysAsk = {
  readonly offset: number;
  readonly limit: number | undefined;
  readonly withDisabled: boolean;
  readonly search: string | undefined;
};

const activityDays = 30;
const dayMs = 86_400_000;

/** What programs ask about their own keys, money and generations, in OpenRouter's shapes. */
export class AccountApi {
  readonly #options: AccountApiOptions;
  readonly ownKeys: OwnKeysApi;

  constructor(options: AccountApiOptions) {
    this.#options = options;
    this.ownKeys = new OwnKeysApi(options.command);
  }

  /** Runs `answer` for whoever asks, when what it is in its workspace may do that. */
  as(
    asker: Asker,
    permission: Permission,
    answer: (caller: AccountCaller) => Promise<AccountAnswer>,
  ): Promise<AccountAnswer> {
    return this.#options.door.as(asker, permission, answer);
  }

  async ownKey(caller: AccountCaller): Promise<AccountAnswer> {
    if (caller.kind !== 'key')
      return refusal(400, 'This asks about the key that asks: a session has none. GET /api/v1/keys lists them.');
    const { key, workspace } = caller;
    return this.#data(await this.#ask('key-show', { id: key, within: workspace }), (value) =>
      ownKey(value as ShownKey, this.#view()),
    );
  }

  async credits({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return this.#data(await this.#ask('wallet-show', { workspace }), (value) => {
      const { total, spent_usd: spent } = toCredits(value as Wallet);
      return { total_credits: usdNumberOf(total), total_usage: usdNumberOf(spent) };
    });
  }

  /** The same in Vercel's words. */
  async balance({ workspace }: AccountCaller): Promise<AccountAnswer> {
    const outcome = await this.#ask('wallet-show', { workspace });
    if ('refused' in outcome) return refusal(503, outcome.refused);
    const { balance_usd: balance, spent_usd: spent } = outcome.value as Wallet;
    return { status: 200, body: { balance, total_used: spent } };
  }

  async keys({ workspace }: AccountCaller, ask: KeysAsk): Promise<AccountAnswer> {
    const { withDisabled, ...part } = ask;
    const page = await this.#ask('key-page', { workspace, ...part, with_disabled: withDisabled });
    if ('refused' in page) return refusal(part.search === undefined ? 503 : 400, page.refused);
    const { keys, found, working, paid_usd: paid } = page.value as ShownKeyPage;
    const data = keys.map((key) => managedKey(key, this.#view()));
    return { status: 200, body: { data, total_count: found, working_count: working, usage: usdNumberOf(paid) } };
  }

  async createKey({ workspace }: AccountCaller, fields: Fields): Promise<AccountAnswer> {
    const args = { workspace, ...toKeyArguments(fields) };
    const made = await this.#ask('key-create', args);
    if ('refused' in made) return refusal(400, made.refused);
    const { id, key } = made.value as { readonly id: string; readonly key: string };
    const shown = await this.#ask('key-show', { id, within: workspace });
    if ('refused' in shown) return refusal(503, shown.refused);
    return { status: 201, body: { data: managedKey(shown.value as ShownKey, this.#view()), key }, done: id };
  }

  async key(caller: AccountCaller, hash: string): Promise<AccountAnswer> {
    return await this.#withKey(caller, hash, (id) => this.#shown(caller, id));
  }

  async changeKey(caller: AccountCaller, hash: string, fields: Fields): Promise<AccountAnswer> {
    return await this.#withKey(caller, hash, async (id) => {
      const changed = await this.#ask('key-change', { id, within: caller.workspace, ...toKeyArguments(fields) });
      return 'refused' in changed ? refusal(400, changed.refused) : await this.#shown(caller, id);
    });
  }

  /** A new secret, shown this once; the old one works on for the overlap. */
  async rotateKey(caller: AccountCaller, hash: string, { overlap }: Fields): Promise<AccountAnswer> {
    return await this.#withKey(caller, hash, async (id) => {
      const leads = can(caller.role, 'members.change');
      const rotated = await this.#ask('key-rotate', { id, within: caller.workspace, overlap, leads });
      if ('refused' in rotated) return refusal(400, rotated.refused);
      const { key, old_until: until } = rotated.value as { readonly key: string; readonly old_until: string };
      const shown = await this.#shown(caller, id);
      return shown.status === 200 ? { status: 200, body: { ...shown.body, key, old_until: until } } : shown;
    });
  }

  /** Only the newest secret works from now on. */
  async cutKey(caller: AccountCaller, hash: string): Promise<AccountAnswer> {
    return await this.#withKey(caller, hash, async (id) => {
      const cut = await this.#ask('key-cut', { id, within: caller.workspace });
      return 'refused' in cut ? refusal(404, cut.refused) : await this.#shown(caller, id);
    });
  }

  /** Limits of the workspace that were nearly reached. */
  async warnings({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return this.#data(await this.#ask('limit-warnings', { workspace }), (rows) => rows as readonly object[]);
  }

  /** What was found unusual about the workspace's keys. */
  async abuseCases({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return this.#data(await this.#ask('abuse-list', { workspace }), (rows) => rows as readonly object[]);
  }

  async appeal({ workspace }: AccountCaller, id: string): Promise<AccountAnswer> {
    const appealed = await this.#ask('abuse-appeal', { id, within: workspace });
    return 'refused' in appealed ? refusal(404, appealed.refused) : { status: 200, body: { data: appealed.value } };
  }

  async deleteKey(caller: AccountCaller, hash: string): Promise<AccountAnswer> {
    return await this.#withKey(caller, hash, async (id) => {
      const gone = await this.#ask('key-delete', { id, within: caller.workspace });
      return 'refused' in gone ? refusal(404, gone.refused) : { status: 200, body: { deleted: true } };
    });
  }

  /** The last thirty days that ended, or one of them, by model and endpoint. */
  async activity(caller: AccountCaller, { date, hash }: { date?: string; hash?: string }): Promise<AccountAnswer> {
    const { workspace } = caller;
    const today = Math.floor(this.#options.now() / dayMs) * dayMs;
    const day = date === undefined ? undefined : Date.parse(`${date}T00:00:00Z`);
    if (day !== undefined && !(day <= today && day >= today - activityDays * dayMs)) {
      return refusal(400, 'The date is a day of the last thirty, in UTC, as in 2026-11-28.');
    }
    const from = day ?? today - activityDays * dayMs;
    const until = day === undefined ? today + dayMs : day + dayMs;
    const span = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
    const key = hash === undefined ? undefined : await this.#idOf(caller, hash);
    if (hash !== undefined && key === undefined) return refusal(404, 'There is no such key in this workspace.');
    const usage = await this.#ask('usage', { workspace, key, by: 'day,model,endpoint,provider', ...span });
    return this.#data(usage, (rows) => (rows as readonly ShownUsage[]).map(activityRow));
  }

  /** Usage of the workspace, added up as it is asked for: as JSON or CSV. */
  async usage(caller: AccountCaller, ask: Readonly<Record<string, string>>): Promise<AccountAnswer> {
    const { by, from, until, format = 'json', api_key_hash: hash } = ask;
    if (format !== 'json' && format !== 'csv') return refusal(400, 'The format is json or csv.');
    const key = hash === undefined ? undefined : await this.#idOf(caller, hash);
    if (hash !== undefined && key === undefined) return refusal(404, 'There is no such key in this workspace.');
    const outcome = await this.#ask('usage', { workspace: caller.workspace, key, by, from, until });
    if ('refused' in outcome) return refusal(400, outcome.refused);
    // The keeper's command gives rows.
    const rows = outcome.value as readonly Readonly<Record<string, unknown>>[];
    return { status: 200, body: { data: rows }, ...(format === 'csv' ? { csv: toCsv(rows) } : {}) };
  }

  async generation({ workspace }: AccountCaller, id: string | undefined): Promise<AccountAnswer> {
    if (id === undefined || !/^gen-[0-9A-Za-z]{26}$/.test(id)) {
      return refusal(400, 'Say which: ?id= and what the header x-generation-id said.');
    }
    const outcome = await this.#ask('generation-show', { generation: id, within: workspace });
    if ('refused' in outcome || outcome.value === null) {
      return refusal(404, 'No such generation ended in this workspace. One that ended shows within 2 seconds.');
    }
    return this.#data(outcome, (value) => generationShape(value as ShownGeneration));
  }

  /** The signed statement of one generation of the caller's workspace, as `fairlead verify receipt` reads it. */
  async receipt({ workspace }: AccountCaller, receipt: string): Promise<AccountAnswer> {
    const outcome = await this.#ask('receipt-show', { receipt: receipt.slice(0, 40), within: workspace });
    if ('refused' in outcome) return refusal(503, outcome.refused);
    if (outcome.value === null) {
      return refusal(
        404,
        'There is no such receipt in this workspace. One shows within 2 seconds of the answer, for 90 days.',
      );
    }
    return { status: 200, body: { data: outcome.value } };
  }

  async #withKey(caller: AccountCaller, hash: string, answer: (id: string) => Promise<AccountAnswer>) {
    const id = await this.#idOf(caller, hash);
    return id === undefined ? refusal(404, 'There is no such key in this workspace.') : await answer(id);
  }

  /** By OpenRouter's name for it, or by our own. */
  async #idOf({ workspace }: AccountCaller, hash: string): Promise<string | undefined> {
    const listed = await this.#ask('key-ids', { workspace });
    if ('refused' in listed) return undefined;
    return (listed.value as readonly string[]).find((id) => id === hash || publicHash(id) === hash);
  }

  async #shown({ workspace }: AccountCaller, id: string): Promise<AccountAnswer> {
    return this.#data(await this.#ask('key-show', { id, within: workspace }), (value) =>
      managedKey(value as ShownKey, this.#view()),
    );
  }

  #ask(name: string, args: object): Promise<CommandOutcome> {
    return this.#options.command(name, args);
  }

  #data(outcome: CommandOutcome, shape: (value: unknown) => object): AccountAnswer {
    if ('refused' in outcome) return refusal(503, outcome.refused);
    return { status: 200, body: { data: shape(outcome.value) } };
  }

  #view() {
    return { prefix: this.#options.keyPrefix, now: this.#options.now() };
  }
}

type Wallet = { readonly balance_usd: string; readonly spent_usd: string };

/** Credits that came in: what is left and what was spent. */
function toCredits({ balance_usd: balance, spent_usd: spent }: Wallet) {
  const nanoOf = (decimal: string) => BigInt(decimal.replace('.', ''));
  const total = nanoOf(balance) + nanoOf(spent);
  const digits = total.toString().padStart(10, '0');
  return { total: `${digits.slice(0, -9)}.${digits.slice(-9)}`, spent_usd: spent };
}

/** OpenRouter's fields of a key, and our two limits' names. */
function toKeyArguments(fields: Fields): Fields {
  const renamed: readonly (readonly [from: string, to: string])[] = [
    ['name', 'name'],
    ['disabled', 'disabled'],
    ['limit', 'limit_usd'],
    ['limit_reset', 'reset'],
    ['requests_limit', 'limit_requests'],
    ['expires_at', 'expires'],
    ['tags', 'tags'],
  ];
  return Object.fromEntries(renamed.flatMap(([from, to]) => (from in fields ? [[to, fields[from]]] : [])));
}

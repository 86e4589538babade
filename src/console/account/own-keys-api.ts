import type { CommandOutcome, RunCommand } from '../command-link.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import type { AccountCaller } from './find-caller.ts';
import { publicHash, type ShownKey } from './key-shape.ts';
import { ownKeyShape, type ShownOwnKey, toOwnKeyArguments } from './own-key-shape.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `/api/v1/byok`: a workspace's own keys at providers. What was given is never shown again. */
export class OwnKeysApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  async list({ workspace }: AccountCaller): Promise<AccountAnswer> {
    const listed = await this.#command('own-key-list', { workspace });
    if ('refused' in listed) return refusal(503, listed.refused);
    const data = (listed.value as readonly ShownOwnKey[]).map(ownKeyShape);
    return { status: 200, body: { data, total_count: data.length } };
  }

  async show({ workspace }: AccountCaller, id: string): Promise<AccountAnswer> {
    const listed = await this.#command('own-key-list', { workspace });
    if ('refused' in listed) return refusal(503, listed.refused);
    const found = (listed.value as readonly ShownOwnKey[]).find((each) => each.id === id);
    return found ? { status: 200, body: { data: ownKeyShape(found) } } : noSuchKey;
  }

  async add(caller: AccountCaller, fields: Fields): Promise<AccountAnswer> {
    return await this.#change(caller, fields, async (args) => shown(await this.#command('own-key-add', args), 201));
  }

  async change(caller: AccountCaller, id: string, fields: Fields): Promise<AccountAnswer> {
    if ((await this.show(caller, id)).status === 404) return noSuchKey;
    return await this.#change(caller, fields, async (args) =>
      shown(await this.#command('own-key-change', { ...args, id }), 200),
    );
  }

  async remove({ workspace }: AccountCaller, id: string): Promise<AccountAnswer> {
    const removed = await this.#command('own-key-remove', { workspace, id });
    return 'refused' in removed ? noSuchKey : { status: 200, body: { deleted: true } };
  }

  async #change(
    { workspace }: AccountCaller,
    fields: Fields,
    run: (args: Fields) => Promise<AccountAnswer>,
  ): Promise<AccountAnswer> {
    const { allowed_user_ids: members } = fields;
    if (members !== undefined && members !== null) {
      return refusal(400, 'A filter by members comes with members; until then leave allowed_user_ids out.');
    }
    const keys = await this.#command('key-list', { workspace });
    if ('refused' in keys) return refusal(503, keys.refused);
    const ids = new Map((keys.value as readonly ShownKey[]).map(({ id }) => [publicHash(id), id]));
    return await run({ ...toOwnKeyArguments(fields, (hash) => ids.get(hash)), workspace });
  }
}

const noSuchKey = refusal(404, 'This workspace has no such provider key.');

function shown(outcome: CommandOutcome, status: number): AccountAnswer {
  if ('refused' in outcome) return refusal(400, outcome.refused);
  return { status, body: { data: ownKeyShape(outcome.value as ShownOwnKey) } };
}

import { Refused } from '#keeper/commands/command.ts';
import type { CallServer } from './ask-remote.ts';

type Args = Readonly<Record<string, unknown>>;
type Remote = (args: Args, call: CallServer) => Promise<unknown>;

const operate = '/api/v1/operator';
const pageLength = 100;

/**
 * Which addresses of the account API do what a command of the keeper does. A key manages its own workspace; what concerns all of
 * them takes one that operates. What is not here has no address that a key may ask.
 */
export const remoteCommands: Readonly<Record<string, Remote>> = {
  'key-create': ofOwn(createKey),
  'key-list': ofOwn(listKeys),
  'key-show': (args, call) => keyOf(call({ path: keyPath(args) })),
  'key-change': ({ name, tags, ...args }, call) =>
    keyOf(call({ method: 'PATCH', path: keyPath(args), body: known({ name, tags: wordsOf(tags) }) })),
  'key-disable': (args, call) => switchKey(args, true, call),
  'key-enable': (args, call) => switchKey(args, false, call),
  'key-delete': async (args, call) => {
    await call({ method: 'DELETE', path: keyPath(args) });
    return { id: args.id, deleted: true };
  },
  'key-rotate': async (args, call) => {
    const made = await call({
      method: 'POST',
      path: `${keyPath(args)}/rotate`,
      body: known({ overlap: args.overlap }),
    });
    const { id, workspace } = toRow(made.data);
    return { id, key: made.key, workspace, old_until: made.old_until };
  },
  'key-cut': (args, call) => keyOf(call({ method: 'POST', path: `${keyPath(args)}/cut`, body: {} })),
  'workspace-set': async ({ workspace, settings }, call) => {
    const { id } = await ownWorkspace(workspace, call);
    const pairs = Array.isArray(settings) ? settings.map(String) : [];
    const said = Object.fromEntries(pairs.map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]));
    const path = '/api/v1/settings';
    const answer = await call(pairs.length === 0 ? { path } : { method: 'PATCH', path, body: { settings: said } });
    return { id, ...fieldsOf(answer.data) };
  },
  'workspace-list': async (_, call) =>
    rowsOf(await call({ path: `${operate}/workspaces` })).map(({ id, name }) => ({ id, name })),
  'wallet-show': ofOwn((_, call) => dataOf(call({ path: '/api/v1/wallet' }))),
  'limit-list': ofOwn((_, call) => dataOf(call({ path: '/api/v1/limits' }))),
  'limit-warnings': ofOwn((_, call) => dataOf(call({ path: '/api/v1/warnings' }))),
  'invoice-list': ofOwn((_, call) => dataOf(call({ path: '/api/v1/credits/invoices' }))),
  'promo-list': ofOwn((_, call) => dataOf(call({ path: '/api/v1/credits/promos' }))),
  explain: ({ generation }, call) => dataOf(call({ path: `/api/v1/generations/${word(generation)}` })),
  usage: ofOwn(async ({ key, by, from, until }, call) => {
    const hash = key === undefined ? undefined : fieldsOf((await call({ path: keyPath({ id: key }) })).data).hash;
    return dataOf(call({ path: `/api/v1/usage${queryOf({ by, from, until, api_key_hash: hash })}` }));
  }),
  models: (_, call) => dataOf(call({ path: `${operate}/prices` })),
  'abuse-list': (_, call) => dataOf(call({ path: `${operate}/abuse` })),
  'abuse-appeal': ({ id }, call) =>
    dataOf(call({ method: 'POST', path: `/api/v1/abuse/${word(id)}/appeal`, body: {} })),
  'abuse-decide': ({ id, action, hours }, call) => {
    const body = known({ action, hours: hours === undefined ? undefined : Number(hours) });
    return dataOf(call({ method: 'POST', path: `${operate}/abuse/${word(id)}/decide`, body }));
  },
  'upstream-list': (_, call) => dataOf(call({ path: `${operate}/upstreams` })),
  'upstream-add': (args, call) => dataOf(call({ method: 'POST', path: `${operate}/upstreams`, body: known(args) })),
  'upstream-change': ({ name, ...body }, call) => changeUpstream(name, body, call),
  'upstream-enable': ({ name }, call) => changeUpstream(name, { enabled: true }, call),
  'upstream-disable': ({ name }, call) => changeUpstream(name, { enabled: false }, call),
  'upstream-remove': ({ name }, call) => dataOf(call({ method: 'DELETE', path: `${operate}/upstreams/${word(name)}` })),
  'upstream-test': ({ name }, call) =>
    dataOf(call({ method: 'POST', path: `${operate}/upstreams/${word(name)}/test`, body: {} })),
  'price-list': (_, call) => dataOf(call({ path: `${operate}/prices/set` })),
  'margin-show': ({ days }, call) => dataOf(call({ path: `${operate}/margin${queryOf({ days })}` })),
  'markup-list': (_, call) => dataOf(call({ path: `${operate}/markup` })),
  'markup-set': (args, call) => dataOf(call({ method: 'POST', path: `${operate}/markup`, body: known(args) })),
  'markup-remove': (args, call) => dataOf(call({ method: 'DELETE', path: `${operate}/markup${queryOf(args)}` })),
  'ledger-check': (_, call) => dataOf(call({ path: `${operate}/ledger/check` })),
  'ledger-trial-balance': (_, call) => dataOf(call({ path: `${operate}/ledger` })),
};

/** A key has one workspace: who names one must mean that. */
function ofOwn(command: Remote): Remote {
  return async ({ workspace, ...args }, call) => {
    if (workspace !== undefined) await ownWorkspace(workspace, call);
    return await command(args, call);
  };
}

async function ownWorkspace(said: unknown, call: CallServer): Promise<{ readonly id: unknown }> {
  const { workspace_id: id } = fieldsOf((await call({ path: '/api/v1/key' })).data);
  if (said === id) return { id };
  throw new Refused(
    `The key is of the workspace ${String(id)} alone: name that by its id, or take a key of the other one.`,
  );
}

async function createKey(args: Args, call: CallServer) {
  if (args.role !== undefined) throw new Refused('Keys that manage or operate are made where Fairlead runs alone.');
  const usd = args.limit_usd === undefined ? undefined : Number(args.limit_usd);
  const requests = args.limit_requests === undefined ? undefined : Number(args.limit_requests);
  const isWrong = [usd, requests].some((count) => count !== undefined && !(count >= 0));
  if (isWrong) throw new Refused('Say limits as numbers, as in 5.00.');
  const reset = args.reset === 'never' ? undefined : args.reset;
  const body = known({
    ...{ name: args.name, limit: usd, requests_limit: requests, limit_reset: reset },
    ...{ expires_at: args.expires, tags: wordsOf(args.tags) },
  });
  const made = await call({ method: 'POST', path: '/api/v1/keys', body });
  const { id, workspace } = toRow(made.data);
  return { id, key: made.key, workspace };
}

async function listKeys(_: Args, call: CallServer) {
  const rows: object[] = [];
  for (let all = 1; rows.length < all; ) {
    const query = queryOf({ include_disabled: 'true', offset: rows.length, limit: pageLength });
    const page = await call({ path: `/api/v1/keys${query}` });
    const found = rowsOf(page);
    if (found.length === 0) break;
    rows.push(...found.map(toRow));
    all = Number(page.total_count);
  }
  return rows;
}

function switchKey(args: Args, disabled: boolean, call: CallServer) {
  return keyOf(call({ method: 'PATCH', path: keyPath(args), body: { disabled } }));
}

function changeUpstream(name: unknown, body: Args, call: CallServer) {
  return dataOf(call({ method: 'PATCH', path: `${operate}/upstreams/${word(name)}`, body: known(body) }));
}

async function keyOf(answer: Promise<Args>) {
  return toRow((await answer).data);
}

/** A key as the command line shows one. */
function toRow(value: unknown) {
  const key = fieldsOf(value);
  return {
    ...{ id: key.id, name: key.name, workspace: key.workspace_id, disabled: key.disabled, created_at: key.created_at },
    limit_usd: typeof key.limit === 'number' ? key.limit.toFixed(9) : null,
    ...{ limit_requests: key.requests_limit ?? null, reset: key.limit_reset ?? 'never' },
    ...{ hint: String(key.label).split('...')[1] ?? '', expires_at: key.expires_at, changed_at: key.updated_at },
    tags: key.tags,
  };
}

async function dataOf(answer: Promise<Args>): Promise<unknown> {
  return (await answer).data;
}

function rowsOf({ data }: Args): readonly Args[] {
  return Array.isArray(data) ? data.map(fieldsOf) : [];
}

function fieldsOf(value: unknown): Args {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function keyPath({ id }: Args): string {
  return `/api/v1/keys/${word(id)}`;
}

function word(value: unknown): string {
  return encodeURIComponent(String(value));
}

function wordsOf(tags: unknown): readonly string[] | undefined {
  return typeof tags === 'string' ? tags.split(',').map((tag) => tag.trim()) : undefined;
}

function known(fields: Args): Args {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function queryOf(fields: Args): string {
  const said = Object.entries(known(fields)).map(([name, value]) => [name, String(value)]);
  return said.length === 0 ? '' : `?${new URLSearchParams(said)}`;
}

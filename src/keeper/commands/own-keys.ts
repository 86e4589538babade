import type { Upstream } from '#core/routing/endpoint.ts';
import { originOf, ownKeyUses } from '#core/routing/own-key.ts';
import { newId } from '#store/new-id.ts';
import type { OwnKeyChange, OwnKeyRecord } from '#store/own-keys.ts';
import { isAtHome, sealOwnKey } from '../secrets/own-key-vault.ts';
import { nonceBytes } from '../secrets/seal.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const keysMax = 50;
const placeMax = 1_000;
const hintedFrom = 20;

/** A workspace's own key at a provider. It is sealed before it is stored, and shown to nobody again. */
export async function addOwnKey(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const workspace = await findWorkspace(context, args);
  const upstream = await findUpstream(context, args);
  const secret = readSecret(args);
  if (secret === undefined) throw new Refused("Give the provider's key, on standard input or in a file.");
  const known = await context.store.ownKeys.list(workspace.id);
  if (known.length >= keysMax) throw new Refused(`A workspace has ${keysMax} keys of its own at most: remove one.`);
  const { now: _, ...said } = await readChange(context, args, workspace.id);
  const binding = {
    id: newId('own'),
    workspace: workspace.id,
    upstream: upstream.name,
    origin: originOf(upstream.baseUrl),
  };
  const row = await context.store.ownKeys.add({
    ...{ name: upstream.name, use: 'before', place: known.length, models: null, keys: null, disabled: false },
    ...said,
    ...binding,
    ...sealed(context, binding, secret),
    now: context.now(),
  });
  return await toJson(context, row);
}

export async function listOwnKeys(context: CommandContext, given: unknown) {
  const { id } = await findWorkspace(context, new Arguments(given));
  const rows = await context.store.ownKeys.list(id);
  return await Promise.all(rows.map((row) => toJson(context, row)));
}

/** What is named changes, the rest stays. Another secret is for the address that the upstream has now. */
export async function changeOwnKey(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { id: workspace } = await findWorkspace(context, args);
  const id = args.text('id', "the key's id");
  const known = (await context.store.ownKeys.list(workspace)).find((each) => each.id === id);
  if (!known) throw unknownKey(id);
  const change = await readChange(context, args, workspace);
  const secret = readSecret(args);
  const upstream = (await context.snapshot()).upstreams.find(({ name }) => name === known.upstream);
  if (secret !== undefined && !upstream) throw new Refused(`There is no upstream "${known.upstream}" any more.`);
  const binding = upstream && { ...known, origin: originOf(upstream.baseUrl) };
  const row = await context.store.ownKeys.change(
    { id, workspace },
    secret !== undefined && binding
      ? { ...change, origin: binding.origin, ...sealed(context, binding, secret) }
      : change,
  );
  if (!row) throw unknownKey(id);
  return await toJson(context, row);
}

/** Gateways stop using it within a second; what is sealed of it is gone. */
export async function removeOwnKey(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { id: workspace } = await findWorkspace(context, args);
  const id = args.text('id', "the key's id");
  if (!(await context.store.ownKeys.remove({ id, workspace, now: context.now() }))) throw unknownKey(id);
  return { id, deleted: true };
}

function sealed(context: CommandContext, binding: Parameters<typeof sealOwnKey>[1], secret: string) {
  return {
    sealed: sealOwnKey(context.pepper, binding, secret, context.randomBytes(nonceBytes)),
    // Of a short one four characters would say too much.
    hint: secret.length < hintedFrom ? '' : secret.slice(-4),
  };
}

/** By its name, or by its provider's where that has one alone. */
async function findUpstream(context: CommandContext, args: Arguments): Promise<Upstream> {
  const asked = args.text('upstream', 'at which upstream or provider the key is');
  const { upstreams } = await context.snapshot();
  const named = upstreams.find(({ name }) => name === asked);
  if (named) return named;
  const [only, ...others] = upstreams.filter(({ provider }) => provider === asked);
  if (only && others.length === 0) return only;
  const names = (only ? [only, ...others] : upstreams).map(({ name }) => name).join(', ');
  throw new Refused(
    only
      ? `The provider "${asked}" has several upstreams here: say one of ${names}.`
      : `There is no upstream "${asked}" here. There are: ${names || 'none'}.`,
  );
}

/** Whatever is wrong with it is told without it. */
function readSecret(args: Arguments): string | undefined {
  const secret = args.optionalText('secret', "the provider's key", 4_096);
  if (secret === undefined) return undefined;
  if (secret.startsWith('{') || /^A(KI|SI)A/.test(secret)) {
    throw new Refused(
      "Only keys that travel in a header can be a workspace's own: no service account and no pair of AWS keys. Bedrock and Vertex give such keys as well.",
    );
  }
  if (!/^[\x21-\x7e]{8,4096}$/.test(secret)) {
    throw new Refused("That is no provider's key: it has 8 to 4096 visible ASCII characters without spaces.");
  }
  return secret;
}

async function readChange(context: CommandContext, args: Arguments, workspace: string): Promise<OwnKeyChange> {
  const name = args.optionalText('name', "the key's name", 100);
  const use = args.optionalChoice('use', 'when the key is used', ownKeyUses);
  const place = args.optionalCount('place', 'in which place the key is asked');
  if (place !== undefined && place > placeMax) throw new Refused(`The place is a number up to ${placeMax}.`);
  const disabled = args.optionalFlag('disabled', 'whether the key is disabled');
  const models = await readModels(context, args);
  const keys = await readKeys(context, args, workspace);
  return {
    ...(name === undefined ? {} : { name }),
    ...(use === undefined ? {} : { use }),
    ...(place === undefined ? {} : { place }),
    ...(disabled === undefined ? {} : { disabled }),
    ...(models === undefined ? {} : { models }),
    ...(keys === undefined ? {} : { keys }),
    now: context.now(),
  };
}

/** By their public names; null: all. */
async function readModels(context: CommandContext, args: Arguments): Promise<readonly string[] | null | undefined> {
  if (args.isNull('models')) return null;
  const asked = args.optionalTexts('models', 'which models the key serves');
  if (asked === undefined) return undefined;
  const { models } = await context.snapshot();
  return asked.map((name) => {
    const found = models.find(({ id, aliases }) => id === name || aliases.includes(name));
    if (!found) throw new Refused(`There is no model "${name}" here. "fairlead models" shows them.`);
    return found.id;
  });
}

async function readKeys(
  { store }: CommandContext,
  args: Arguments,
  workspace: string,
): Promise<readonly string[] | null | undefined> {
  if (args.isNull('keys')) return null;
  const asked = args.optionalTexts('keys', 'which keys of the workspace may use it');
  if (asked === undefined) return undefined;
  const known = new Set((await store.accounts.keys(workspace)).map(({ id }) => id));
  const unknown = asked.find((id) => !known.has(id));
  if (unknown !== undefined) throw new Refused(`This workspace has no key with the id "${unknown}".`);
  return asked;
}

async function toJson(context: CommandContext, row: OwnKeyRecord) {
  const { upstreams } = await context.snapshot();
  return {
    id: row.id,
    workspace: row.workspace,
    upstream: row.upstream,
    provider: upstreams.find(({ name }) => name === row.upstream)?.provider ?? null,
    name: row.name,
    label: `••••${row.hint}`,
    use: row.use,
    place: row.place,
    models: row.models,
    keys: row.keys,
    disabled: row.disabled,
    /** False: its upstream is gone or has another address; it is not used until it is given anew. */
    is_at_home: isAtHome(row, upstreams),
    created_at: new Date(row.createdAt).toISOString(),
    changed_at: new Date(row.changedAt).toISOString(),
  };
}

function unknownKey(id: string): Refused {
  return new Refused(`This workspace has no provider key "${id}". "fairlead provider-key list" shows them.`);
}

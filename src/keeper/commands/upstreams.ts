import { originOf } from '#core/routing/own-key.ts';
import type { UpstreamRecord } from '#store/upstreams.ts';
import type { JudgedOffer, Judges } from '../catalogue/judges.ts';
import { openSecrets, sealSecrets } from '../catalogue/upstream-vault.ts';
import { toCatalogueInput } from '../interface/catalogue-input.ts';
import { nonceBytes } from '../secrets/seal.ts';
import { acceptanceBody } from '../trust/data-acceptances.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { readWritten, type Written } from './upstream-written.ts';

const addedMax = 200;
const hintedFrom = 20;

/** What every gateway asks within a second: judged as the file's upstreams are, its credential sealed, and shown to nobody again. */
export async function addUpstream(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const name = args.text('name', "the upstream's name", 63);
  refuseNamedByFile(context, name);
  if (context.offered.added.length >= addedMax) {
    throw new Refused(`${addedMax} upstreams can be added here at most: name further ones in the configuration file.`);
  }
  const written = readWritten(args);
  const enabled = args.optionalFlag('enabled', 'whether it is enabled') ?? true;
  const row = await judgedRow(context, name, written);
  if (!(await context.store.upstreams.add({ ...row, name, enabled, now: context.now() }))) {
    throw new Refused(`There is an upstream "${name}" already: change that one, or choose another name.`);
  }
  await tellLog(context, args, name);
  return { name, enabled, added: true };
}

/** What is named changes, the rest stays. A credential that is not given anew stays, at the address that it was given for alone. */
export async function changeUpstream(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const known = await findAdded(context, args);
  const { name } = known;
  const enabled = args.optionalFlag('enabled', 'whether it is enabled');
  const patch = readWritten(args);
  const isPatched = Object.keys({ ...patch.upstream, ...patch.secrets, ...patch.models }).length > 0;
  const row = isPatched ? await judgedRow(context, name, patched(context, known, patch)) : undefined;
  if (row && Object.keys(patch.secrets).length === 0) refuseAnotherOrigin(known, row.origin);
  const change = { ...row, ...(enabled === undefined ? {} : { enabled }), now: context.now() };
  if (!(await context.store.upstreams.change(name, change))) throw unknown(name);
  await tellLog(context, args, name);
  return { name, enabled: enabled ?? known.enabled, changed: true };
}

export function enableUpstream(context: CommandContext, given: unknown) {
  return changeUpstream(context, { name: new Arguments(given).text('name', "the upstream's name", 63), enabled: true });
}

/** No request goes there from then on, within a second; what is under way ends. */
export function disableUpstream(context: CommandContext, given: unknown) {
  return changeUpstream(context, {
    name: new Arguments(given).text('name', "the upstream's name", 63),
    enabled: false,
  });
}

/** It is gone, and what was sealed of it; what was charged stays as it was. */
export async function removeUpstream(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { name } = await findAdded(context, args);
  if (!(await context.store.upstreams.remove(name, context.now()))) throw unknown(name);
  await tellLog(context, args, name);
  return { name, removed: true };
}

async function findAdded(context: CommandContext, args: Arguments): Promise<UpstreamRecord> {
  const name = args.text('name', "the upstream's name", 63);
  refuseNamedByFile(context, name);
  const known = await context.store.upstreams.find(name);
  if (!known) throw unknown(name);
  return known;
}

function refuseNamedByFile({ offered }: CommandContext, name: string): void {
  const isOfFile = offered.file.upstreams.some((each) => each.name === name);
  if (!isOfFile) return;
  const place = offered.file.places?.upstreams[name] ?? 'the configuration';
  throw new Refused(`"${name}" is named in ${place}, and what is named there is decided there: change it there.`);
}

function unknown(name: string): Refused {
  return new Refused(`No upstream "${name}" was added here. "fairlead upstream list" shows them.`);
}

async function judgedRow(context: CommandContext, name: string, { upstream, secrets, models }: Written) {
  const judged = await judge(context.judges, { name, upstream: { ...upstream, ...secrets }, models });
  refuseTakenNames(context, name, judged);
  refuseSameAccount(context, judged);
  const { cloudAccess, apiKeys } = judged.upstream;
  const binding = { name, origin: originOf(judged.upstream.baseUrl) };
  const kept = { written: secrets, apiKeys, ...(cloudAccess ? { cloudAccess } : {}) };
  const [first = ''] = apiKeys;
  return {
    written: JSON.stringify({ upstream, models }),
    offer: JSON.stringify(toCatalogueInput({ upstreams: [judged.upstream], models: judged.models })),
    origin: binding.origin,
    sealed: sealSecrets(context.pepper, { binding, secrets: kept }, context.randomBytes(nonceBytes)),
    // Of a short one four characters would say too much.
    hint: first.length < hintedFrom ? '' : first.slice(-4),
  };
}

async function judge(judges: Judges | undefined, written: Parameters<Judges['upstream']>[0]): Promise<JudgedOffer> {
  if (!judges) throw new Refused('Nothing can be added here.');
  const judged = await judges.upstream(written);
  if ('says' in judged) throw new Refused(sentence(judged.says));
  return judged;
}

export function sentence(says: string): string {
  return /[.!?]$/.test(says) ? says : `${says}.`;
}

/** No name and no alias belongs to two models; who is already known keeps it. */
function refuseTakenNames({ offered }: CommandContext, name: string, { models }: JudgedOffer): void {
  const own = new Set(
    offered.catalogue.endpoints.filter(({ upstream }) => upstream === name).map(({ model }) => model),
  );
  const others = offered.catalogue.models.filter(
    ({ id }) => !own.has(id) || offered.catalogue.endpoints.some((each) => each.model === id && each.upstream !== name),
  );
  for (const { id, aliases } of models) {
    const owner = others.find((other) => other.aliases.includes(id));
    if (owner) throw new Refused(`"${id}" is an alias of the model "${owner.id}": choose another "as".`);
    const taken = aliases.find((alias) =>
      others.some((other) => other.id !== id && (other.id === alias || other.aliases.includes(alias))),
    );
    if (taken !== undefined) throw new Refused(`The alias "${taken}" belongs to another model: choose another one.`);
  }
}

/** Two names of one account would share its limits and its health without knowing. */
function refuseSameAccount({ offered }: CommandContext, { upstream }: JudgedOffer): void {
  const protocolsOf = new Map(offered.catalogue.upstreams.map(({ name, protocols }) => [name, protocols]));
  const same = offered.accounts.find(
    ({ name, baseUrl, apiKeys }) =>
      name !== upstream.name &&
      baseUrl === upstream.baseUrl &&
      apiKeys.some((key) => upstream.apiKeys.includes(key)) &&
      upstream.protocols.some((protocol) => protocolsOf.get(name)?.includes(protocol)),
  );
  if (same) throw new Refused(`This is the same account as "${same.name}", by base_url and key: change that one.`);
}

/** What was given before, with what is new; null takes away. */
function patched(context: CommandContext, known: UpstreamRecord, patch: Written): Written {
  const { name, origin, sealed } = known;
  // A parser: `judgedRow` wrote it.
  const before = JSON.parse(known.written) as Pick<Written, 'upstream' | 'models'>;
  const upstream = { ...merged(before.upstream, patch.upstream) };
  const beforeModels = sectionOf(before.upstream.models);
  if (patch.upstream.models !== undefined && patch.upstream.models !== null) {
    upstream.models = merged(beforeModels, sectionOf(patch.upstream.models));
  }
  const models = patch.models === undefined ? before.models : merged(sectionOf(before.models), patch.models);
  if (Object.keys(patch.secrets).length > 0) return { upstream, models, secrets: merged({}, patch.secrets) };
  const secrets = openSecrets(context.pepper, { name, origin }, sealed)?.written;
  const isMoved = upstream.base_url !== before.upstream.base_url;
  if (secrets === undefined || (isMoved && Object.keys(secrets).length > 0)) throw givenElsewhere(origin);
  return { upstream, models, secrets };
}

/** Where no address is written, its provider, cloud or region says it: what is kept does not move with them either. */
function refuseAnotherOrigin({ origin, sealed }: UpstreamRecord, now: string): void {
  if (sealed !== '' && origin !== now) throw givenElsewhere(origin);
}

function givenElsewhere(origin: string): Refused {
  return new Refused(`Give the credential again: the one that is kept was given for ${origin} and goes nowhere else.`);
}

type Section = Readonly<Record<string, unknown>>;

function merged(before: Section, patch: Section): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null));
}

function sectionOf(value: unknown): Section {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** The log of promises says who gets what from now on; what the operator accepts of it, in the same breath. */
async function tellLog(context: CommandContext, args: Arguments, name: string): Promise<void> {
  await context.offered.renew(context.now());
  await context.enterRegistry();
  if (args.optionalFlag('accept_data', 'whether what it does with data is accepted') !== true) return;
  const upstream = context.offered.catalogue.upstreams.find((each) => each.name === name);
  if (!upstream) return;
  const body = acceptanceBody(upstream.data);
  await context.trust.enter([{ kind: 'acceptance', subject: name, body }], context.now());
}

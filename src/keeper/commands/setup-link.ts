import { hashSetupToken, makeSetupToken } from '../secrets/key-material.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { operatorWorkspace } from './find-workspace.ts';

const linkLivesMs = 24 * 60 * 60 * 1_000;

/** A secret that opens the set-up page, once, within 24 hours. Only its hash is stored. */
export async function createSetupLink({ store, pepper, now, randomBytes }: CommandContext) {
  const token = makeSetupToken(randomBytes(32));
  const expiresAt = now() + linkLivesMs;
  await store.accounts.createSetupLink(hashSetupToken(pepper, token), expiresAt);
  return { token, expires_at: new Date(expiresAt).toISOString() };
}

export async function readSetupLink({ store, pepper, now }: CommandContext, given: unknown) {
  const token = new Arguments(given).text('token', 'the token of the set-up link');
  return { state: await store.accounts.setupLink(hashSetupToken(pepper, token), now()) };
}

/** Takes what is said of the operator, so that the first letter can name the public address; the link works on. */
export async function saySetup(context: CommandContext, given: unknown) {
  const { settings } = await readSetup(context, given);
  for (const [name, value] of settings) await context.store.accounts.setSetting(name, value, context.now());
  return { state: 'open' };
}

/** Settings come before: who is cut off can open the link again. Its end and the first roles are one step, so it makes one operator. */
export async function completeSetup(context: CommandContext, given: unknown) {
  const { store, now } = context;
  const { hash, settings } = await readSetup(context, given);
  for (const [name, value] of settings) await store.accounts.setSetting(name, value, now());
  const person = new Arguments(given).optionalText('person', 'who is the first operator', 64);
  const own = await operatorWorkspace(store.accounts);
  const first = person === undefined ? undefined : { person, workspace: own?.id };
  if (!(await store.accounts.useSetupLink(hash, now(), first))) throw spent();
  return { state: 'used' };
}

async function readSetup({ store, pepper, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const hash = hashSetupToken(pepper, args.text('token', 'the token of the set-up link'));
  const operator = args.inner('operator');
  const settings: readonly (readonly [name: string, value: string])[] = [
    ['operator.name', operator.text('name', "the operator's name")],
    ['operator.contact', operator.text('contact', "the operator's contact address")],
    ['operator.jurisdiction', operator.text('jurisdiction', "the operator's jurisdiction")],
    ['operator.public_url', readPublicUrl(operator)],
  ];
  if ((await store.accounts.setupLink(hash, now())) !== 'open') throw spent();
  return { hash, settings };
}

function spent(): Refused {
  return new Refused('This set-up link was used, has expired, or was never made here.');
}

function readPublicUrl(operator: Arguments): string {
  const text = operator.text('publicUrl', 'the public address', 500);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!isPlain) throw new Refused('Say the public address as a URL such as https://ai.example.com.');
  return url.href.replace(/\/$/, '');
}

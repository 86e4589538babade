import { isIP } from 'node:net';
import { operatorEvents, type ToldEvent, workspaceEvents } from '#core/privacy/notices/told-events.ts';
import { isPrivate } from '#outgoing/guarded-fetch.ts';
import { makeWebhookSecret } from '#outgoing/webhooks/sign-webhook.ts';
import type { Webhook } from '#store/alert-store.ts';
import { newId } from '#store/new-id.ts';
import { nonceBytes } from '../secrets/seal.ts';
import { sealSecret } from '../webhooks/webhook-secrets.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const webhooksMax = 10;
const secretBytes = 32;
const overlapMs = 86_400_000;

/** An address that is told of what happens; its secret is shown this once. */
export async function addWebhook(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const workspace = await ownerOf(context, args);
  const isGuarded = args.optionalFlag('outside', 'whether a member gave the address') === true;
  const url = readUrl(args.text('url', 'which address is told', 1_000), isGuarded);
  const known = await context.store.alerts.webhooks(workspace);
  if (known.length >= webhooksMax) throw new Refused(`There are ${webhooksMax} webhooks at most: remove one.`);
  const events = readEvents(args, workspace) ?? eventsFor(workspace);
  const id = newId('whk');
  const { secret, sealed } = newSecret(context, id);
  const createdAt = context.now();
  await context.store.alerts.addWebhook({ id, workspace, url, events, isGuarded, sealed, createdAt });
  return { ...toJson(await findWebhook(context, workspace, id), context.now()), secret };
}

export async function listWebhooks(context: CommandContext, given: unknown) {
  const workspace = await ownerOf(context, new Arguments(given));
  const webhooks = await context.store.alerts.webhooks(workspace);
  return { events: eventsFor(workspace), webhooks: webhooks.map((each) => toJson(each, context.now())) };
}

/** What is named changes, the rest stays. */
export async function changeWebhook(context: CommandContext, given: unknown) {
  const { args, workspace, webhook } = await named(context, given);
  const isGuarded = args.optionalFlag('outside', 'whether a member gave the address') === true;
  const asked = args.optionalText('url', 'which address is told', 1_000);
  const events = readEvents(args, workspace);
  const disabled = args.optionalFlag('disabled', 'whether it is disabled');
  await context.store.alerts.changeWebhook(webhook.id, {
    ...(asked === undefined ? {} : { url: readUrl(asked, isGuarded), isGuarded }),
    ...(events === undefined ? {} : { events }),
    ...(disabled === undefined ? {} : { disabled: disabled ? 'person' : null }),
    now: context.now(),
  });
  return toJson(await findWebhook(context, workspace, webhook.id), context.now());
}

export async function removeWebhook(context: CommandContext, given: unknown) {
  const { webhook } = await named(context, given);
  await context.store.alerts.removeWebhook(webhook.id);
  return { id: webhook.id, deleted: true };
}

/** Another secret, shown this once; the one before it signs as well for a day. */
export async function rotateWebhook(context: CommandContext, given: unknown) {
  const { workspace, webhook } = await named(context, given);
  const now = context.now();
  const { secret, sealed } = newSecret(context, webhook.id);
  const old = { sealed: webhook.sealed, until: now + overlapMs };
  await context.store.alerts.changeWebhook(webhook.id, { sealed, old, now });
  return { ...toJson(await findWebhook(context, workspace, webhook.id), now), secret };
}

/** Sends it a message at once; what came of it stands among its deliveries. */
export async function testWebhook(context: CommandContext, given: unknown) {
  const { webhook } = await named(context, given);
  if (webhook.disabled !== null) throw new Refused('This webhook is disabled: enable it first.');
  const now = context.now();
  const type = 'webhook-test';
  const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data: { webhook: webhook.id } });
  await context.store.alerts.tellOne(webhook, { event: type, about: newId('test'), body, now });
  return { id: webhook.id, sent: true };
}

/** What it was told of, the newest first, with what it answered. */
export async function listDeliveries(context: CommandContext, given: unknown) {
  const { webhook } = await named(context, given);
  return (await context.store.alerts.deliveries(webhook.id)).map(({ id, event, at, state, tries, nextAt, answer }) => ({
    ...{ id, event, state, tries, answer },
    at: new Date(at).toISOString(),
    next_try_at: state === 'due' ? new Date(nextAt).toISOString() : null,
    ended_at: state === 'due' ? null : new Date(nextAt).toISOString(),
  }));
}

export async function sendDeliveryAgain(context: CommandContext, given: unknown) {
  const { args, webhook } = await named(context, given);
  if (webhook.disabled !== null) throw new Refused('This webhook is disabled: enable it first.');
  const id = args.text('delivery', 'which delivery', 64);
  const isThere = await context.store.alerts.sendAgain({ id, webhook: webhook.id, now: context.now() });
  if (!isThere) throw new Refused(`This webhook has no delivery "${id}".`);
  return { id, sent: true };
}

/** The workspace that is named, or null for the operator's own. */
async function ownerOf(context: CommandContext, args: Arguments): Promise<string | null> {
  if (args.optionalFlag('operator', "whether it is the operator's own") === true) return null;
  return (await findWorkspace(context, args)).id;
}

async function named(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const workspace = await ownerOf(context, args);
  return { args, workspace, webhook: await findWebhook(context, workspace, args.text('id', "the webhook's id", 64)) };
}

async function findWebhook(context: CommandContext, workspace: string | null, id: string): Promise<Webhook> {
  const found = (await context.store.alerts.webhooks(workspace)).find((each) => each.id === id);
  if (!found) throw new Refused(`There is no webhook "${id}" here. "fairlead webhook list" shows them.`);
  return found;
}

function newSecret({ pepper, randomBytes }: CommandContext, id: string) {
  const secret = makeWebhookSecret(randomBytes(secretBytes));
  return { secret, sealed: sealSecret(pepper, id, secret, randomBytes(nonceBytes)) };
}

function eventsFor(workspace: string | null): readonly ToldEvent[] {
  return workspace === null ? operatorEvents : workspaceEvents;
}

function readEvents(args: Arguments, workspace: string | null): readonly ToldEvent[] | undefined {
  const asked = args.optionalTexts('events', 'which events it is told of');
  if (asked === undefined) return undefined;
  const known = eventsFor(workspace);
  const unknown = asked.find((name) => !known.some((event) => event === name));
  if (unknown !== undefined) throw new Refused(`There is no event "${unknown}" here. There are: ${known.join(', ')}.`);
  return known.filter((event) => asked.includes(event));
}

/** A member's address is public and encrypted; whoever runs this Fairlead may name any. */
function readUrl(given: string, isGuarded: boolean): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isHttp = url?.protocol === 'https:' || (!isGuarded && url?.protocol === 'http:');
  if (!url || !isHttp || url.username !== '' || url.password !== '') {
    throw new Refused('Say which address is told as one that begins with https:// and holds no user or password.');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isGuarded && isIP(host) !== 0 && isPrivate(host)) {
    throw new Refused('This address is of a private network, where nothing is sent from here: say a public one.');
  }
  return url.href;
}

function toJson(webhook: Webhook, now: number) {
  const { id, workspace, url, events, disabled, failingSince, old, createdAt, changedAt } = webhook;
  const dateOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    ...{ id, workspace, url, events, disabled },
    failing_since: dateOf(failingSince),
    /** Until then the secret before this one signs as well. */
    old_secret_until: old && old.until > now ? dateOf(old.until) : null,
    created_at: dateOf(createdAt),
    changed_at: dateOf(changedAt),
  };
}

import type { KeyRow } from '#store/store.ts';
import { makeKey } from '../secrets/key-material.ts';
import { Arguments } from './arguments.ts';
import { doesOperate } from './caller-of.ts';
import { type CommandContext, Refused } from './command.ts';
import { findKey, unknownKey } from './key-change.ts';
import { toKeyJson } from './key-row.ts';

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const overlapMsOtherwise = 24 * unitMs.h;
const overlapMsMax = 30 * unitMs.d;

/** A new secret for a key, shown this once. The old one works on for the overlap: both are the same key to every limit. */
export async function rotateKey(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const found = await findKey(context, args);
  const { id } = found;
  await refuseHigher(context, args, found);
  const now = context.now();
  const until = now + overlapOf(args);
  const { key, hash, hint } = makeKey(context.keyPrefix, context.randomBytes(32), context.pepper);
  const rotated = await context.store.accounts.rotateKey({ id, hash, hint, until, now });
  if (rotated === 'unknown') throw unknownKey(id);
  if (rotated === 'too-many') {
    throw new Refused('Four old secrets of this key still work. "fairlead key cut" ends them; then rotate again.');
  }
  return { id, key, workspace: rotated.workspace, old_until: new Date(until).toISOString() };
}

/** Whoever gets a key's new secret may from then on what the key may: over the API nobody comes by more than that way. */
async function refuseHigher(
  { store }: CommandContext,
  args: Arguments,
  { id, workspace, role }: KeyRow,
): Promise<void> {
  if (args.optionalText('within', 'the workspace that it is in') === undefined) return;
  if (await doesOperate(store, { key: id, workspace, role })) {
    throw new Refused('A key that operates gets a new secret by the command line alone: "fairlead key rotate".');
  }
  if (role === 'management' && args.optionalFlag('leads', 'whether who asks leads the workspace') !== true) {
    throw new Refused('A management key gets a new secret from an owner, an admin or a management key.');
  }
}

/** Ends the overlap now: only the newest secret works. */
export async function cutKey(context: CommandContext, given: unknown) {
  const { id } = await findKey(context, new Arguments(given));
  const now = context.now();
  if (!(await context.store.accounts.cutOldSecrets(id, now))) throw unknownKey(id);
  const row = await context.store.accounts.key(id);
  if (!row) throw unknownKey(id);
  return toKeyJson(row);
}

function overlapOf(args: Arguments): number {
  const said = args.optionalText('overlap', 'how long the old secret works on', 20);
  if (said === undefined) return overlapMsOtherwise;
  const match = /^(\d{1,9})(s|m|h|d)$/.exec(said);
  const unit = match?.[2];
  const ms = said === '0' ? 0 : isUnit(unit) ? Number(match?.[1]) * unitMs[unit] : Number.NaN;
  if (!(ms <= overlapMsMax)) throw new Refused('Say the overlap as 0, or as in 30m, 24h or 7d, up to 30d.');
  return ms;
}

function isUnit(text: string | undefined): text is keyof typeof unitMs {
  return text !== undefined && Object.hasOwn(unitMs, text);
}

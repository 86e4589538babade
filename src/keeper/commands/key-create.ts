import { makeKey } from '../secrets/key-material.ts';
import { Arguments } from './arguments.ts';
import { operatesSetting } from './caller-of.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace, operatorWorkspace } from './find-workspace.ts';
import { tagsOf } from './tags.ts';

export const resets = ['daily', 'weekly', 'monthly', 'never'] as const;

/** Makes a key and shows it, this once. */
export async function createKey(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const name = args.optionalText('name', "the key's name", 100) ?? 'key';
  const limitNano = args.optionalUsd('limit_usd', "the key's spend limit") ?? null;
  const limitRequests = args.optionalCount('limit_requests', "the key's request limit") ?? null;
  const reset = args.optionalChoice('reset', 'when limits start again', resets) ?? 'never';
  const expiresAt = args.optionalInstant('expires', 'when the key expires') ?? null;
  const now = context.now();
  if (expiresAt !== null && expiresAt <= now) throw new Refused('A key cannot expire in the past.');
  const role = args.optionalChoice('role', 'what the key is for', ['inference', 'management']) ?? 'inference';
  const workspace = await findWorkspace(context, args);
  const operates = args.optionalFlag('operates', 'whether the key operates') === true;
  if (operates) await refuseOthers(context, role, workspace.id);
  const { key, hash, hint } = makeKey(context.keyPrefix, context.randomBytes(32), context.pepper);
  const { id } = await context.store.accounts.createKey({
    name,
    workspace: workspace.id,
    hash,
    hint,
    limitNano,
    limitRequests,
    reset,
    expiresAt,
    tags: tagsOf(args),
    role,
    now,
  });
  if (operates) await context.store.accounts.setOwnerSettings({ kind: 'key', id }, [operatesSetting], now);
  return { id, key, workspace: workspace.id };
}

/** What operates may all that an operator may: it is a management key of the operator's own workspace. */
async function refuseOthers({ store }: CommandContext, role: string, workspace: string): Promise<void> {
  if (role === 'management' && (await operatorWorkspace(store.accounts))?.id === workspace) return;
  throw new Refused("A key that operates is a management key of the operator's own workspace.");
}

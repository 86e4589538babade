import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';

const pageMax = 500;

/** Writes down what somebody is about to do. It comes before the deed: what cannot be written down is not done. */
export async function appendAudit({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const entry = await store.audit.append(
    {
      scope: args.text('scope', 'whose log', 64),
      actor: args.text('actor', 'who', 64),
      action: args.text('action', 'what', 64),
      target: args.optionalText('target', 'to what', 200) ?? '',
      outcome: args.optionalChoice('outcome', 'what became of it', ['asked', 'refused', 'done'] as const) ?? 'asked',
    },
    now(),
  );
  return { place: entry.place };
}

/** The newest first, `before` a place; or, with `from`, in their order, for who wants them all. */
export async function listAudit({ store }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const scope = args.text('scope', 'whose log', 64);
  const from = args.optionalCount('from', 'the first place');
  if (from !== undefined) return await store.audit.entries(scope, from, pageMax);
  const before = args.optionalCount('before', 'before which place') ?? Number.MAX_SAFE_INTEGER;
  return await store.audit.newest(scope, before, Math.min(args.optionalCount('limit', 'how many') ?? 50, pageMax));
}

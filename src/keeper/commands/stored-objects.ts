import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';

const dayMs = 86_400_000;

// A gateway says and asks these; the ids are the providers' own.

export async function addObject({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const days = args.optionalCount('days', 'for how many days') ?? 1;
  await store.objects.add({
    ...readObject(args),
    upstream: args.text('upstream', 'which upstream keeps it'),
    now: now(),
    expiresAt: now() + days * dayMs,
  });
  return {};
}

export async function findObject({ store, now }: CommandContext, given: unknown) {
  const upstream = await store.objects.find({ ...readObject(new Arguments(given)), now: now() });
  return { upstream: upstream ?? null };
}

export async function removeObject({ store }: CommandContext, given: unknown) {
  await store.objects.remove(readObject(new Arguments(given)));
  return {};
}

function readObject(args: Arguments) {
  return {
    id: args.text('id', "the object's id"),
    workspace: args.text('workspace', 'whose it is'),
    kind: 'response' as const,
  };
}

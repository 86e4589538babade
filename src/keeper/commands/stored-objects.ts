import { objectKinds } from '#store/object-store.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

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

/** Ids alone: what they stand for is the upstream's to say. */
export async function listObjects({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const limit = args.optionalCount('limit', 'how many') ?? 20;
  const objects = await store.objects.list({
    workspace: args.text('workspace', 'whose they are'),
    kind: readKind(args),
    after: args.optionalText('after', 'behind which one') ?? '',
    limit: limit + 1,
    now: now(),
  });
  return { objects: objects.slice(0, limit), hasMore: objects.length > limit };
}

function readKind(args: Arguments) {
  const said = args.text('kind', 'what kind of object it is');
  const kind = objectKinds.find((each) => each === said);
  if (!kind) throw new Refused(`There are ${objectKinds.join(', ')}, and no "${said}".`);
  return kind;
}

function readObject(args: Arguments) {
  return {
    id: args.text('id', "the object's id"),
    workspace: args.text('workspace', 'whose it is'),
    kind: readKind(args),
  };
}

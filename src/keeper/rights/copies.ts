import type { CopyRow } from '#store/rights/rights-store.ts';
import { Arguments } from '../commands/arguments.ts';
import { type CommandContext, Refused } from '../commands/command.ts';

const dayMs = 86_400_000;
const keptMs = 7 * dayMs;
/** A sealed part in base64url. */
const partCharactersMax = 1_500_000;

/** Begins a copy of all that is kept about a person; one a day. Its key comes sealed for the person, and opens here for nobody. */
export async function openCopy({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const person = args.text('person', 'whose', 64);
  const opened = await store.rights.openCopy(
    {
      ...{ id: args.text('id', 'its id', 64), person, privacyCase: args.text('case', 'which request', 64) },
      ...{ sealKey: args.text('seal_key', 'its key, sealed', 400), createdAt: now(), expiresAt: now() + keptMs },
    },
    dayMs,
  );
  if (!opened) throw new Refused('One copy a day: the last one was asked for less than a day ago.');
  return toCopy(opened);
}

export async function addCopyPart({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const sealed = args.body('sealed', 'the part', partCharactersMax);
  const place = args.optionalCount('place', 'its place') ?? 0;
  await store.rights.addPart(args.text('id', 'which copy', 64), { place, sealed, now: now() });
  return { place };
}

/** It is whole, or it failed; its request is answered with it. */
/** Whoever makes it has others to make before. */
export async function keepCopy({ store, now }: CommandContext, given: unknown) {
  const id = new Arguments(given).text('id', 'which copy', 64);
  await store.rights.keepCopy(id, now());
  return { id };
}

export async function endCopy({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const id = args.text('id', 'which copy', 64);
  const bytes = args.optionalCount('bytes', 'how long it is');
  const hash = args.optionalText('hash', 'its SHA-256', 64);
  const isWhole = bytes !== undefined && hash !== undefined;
  await store.rights.endCopy(
    id,
    isWhole ? { state: 'ready', bytes, hash, now: now() } : { state: 'failed', now: now() },
  );
  const copy = await store.rights.copy(id);
  if (isWhole && copy) await store.cases.close(copy.privacyCase, 'answered', now());
  return { id, state: isWhole ? 'ready' : 'failed' };
}

export async function listCopies({ store }: CommandContext, given: unknown) {
  return (await store.rights.copiesOf(new Arguments(given).text('person', 'whose', 64))).map(toCopy);
}

/** One part, of a copy of this person alone that is whole and not over; null otherwise. */
export async function readCopyPart({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const copy = await store.rights.copy(args.text('id', 'which copy', 64));
  const isOpen = copy?.person === args.text('person', 'whose', 64) && copy.state === 'ready' && copy.expiresAt > now();
  if (!isOpen) return null;
  const sealed = await store.rights.part(copy.id, args.optionalCount('place', 'which part') ?? 0);
  return sealed === undefined ? null : { sealed };
}

function toCopy({ id, state, sealKey, bytes, parts, hash, createdAt, expiresAt, privacyCase }: CopyRow) {
  return {
    ...{ id, state, seal_key: sealKey, bytes, parts, hash, case: privacyCase },
    created_at: new Date(createdAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
  };
}

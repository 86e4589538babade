import { Buffer } from 'node:buffer';
import { consistencyProof, inclusionProof, rootOf } from '#core/trust/merkle-tree.ts';
import { toKeySet } from '#core/trust/public-key.ts';
import { sha256 } from '#store/sha256.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const entriesMax = 500;

/** Every key that signs or signed. */
export async function showTrustKeys({ store }: CommandContext) {
  return toKeySet(await store.trust.keys());
}

export async function rotateTrustKey({ trust, now }: CommandContext) {
  if (trust.isGiven) {
    throw new Refused(
      'The key comes from FAIRLEAD_TRUST_KEY: set another one there, and start anew. The log will name both.',
    );
  }
  return await trust.rotate(now());
}

/** A key that was lost, or that another replica had, signs no more. */
export async function retireTrustKey({ store, trust, now }: CommandContext, given: unknown) {
  const id = new Arguments(given).text('id', "the key's id");
  if (id === trust.keyId) throw new Refused('That key signs here: "fairlead trust-key rotate" takes another one.');
  if (!(await store.trust.retireKey(id, now()))) throw new Refused(`There is no key "${id}" that still signs.`);
  return { id };
}

export async function showLogHead({ store }: CommandContext) {
  return (await store.trust.head()) ?? null;
}

/** From a place on, at most 500. */
export async function showLogEntries({ store }: CommandContext, given: unknown) {
  const from = new Arguments(given).optionalCount('from', 'the place of the first entry') ?? 0;
  return await store.trust.entries(from, entriesMax);
}

/**
 * That an entry is in the log of the first `size` entries, or that the log of the first `first` entries is a beginning of
 * it. What is asked wrongly is a `problem`: anybody may ask, and it is no failure of ours.
 */
export async function proveLog({ store, trust }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const asked = (name: string) => args.optionalCount(name, `"${name}"`);
  const [entry, first] = [asked('entry'), asked('first')];
  const head = await store.trust.head();
  const size = asked('size') ?? head?.size ?? 0;
  if (!head || size < 1 || size > head.size) return { problem: `The log has ${head?.size ?? 0} entries.` };
  const leaves = await trust.leaves.first(size);
  const { known } = trust.leaves;
  const root = hexOf(rootOf(leaves, sha256, known));
  if (first !== undefined && entry === undefined) {
    if (first < 1 || first > size) return { problem: `Say "first" as a size from 1 to ${size}.` };
    return { first, size, root, proof: consistencyProof(leaves, first, sha256, known).map(hexOf) };
  }
  const leaf = entry === undefined || first !== undefined ? undefined : leaves[entry];
  if (entry === undefined || leaf === undefined) {
    return { problem: `Say "entry" as a place from 0 to ${size - 1}, or "first" as the size of a log seen before.` };
  }
  return { entry, size, leaf: hexOf(leaf), root, proof: inclusionProof(leaves, entry, sha256, known).map(hexOf) };
}

function hexOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}

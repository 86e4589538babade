import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';

// A gateway says and asks these: a caller named a request, so that it is carried out once. MONEY §9.

export async function claimOnce({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  return await store.claims.claim({
    ...readClaim(args),
    body: args.text('body', 'the hash of the body'),
    lostAfterMs: args.optionalCount('lost_after_ms', 'when an unfinished one is lost') ?? 0,
    now: now(),
  });
}

export async function releaseClaim({ store }: CommandContext, given: unknown) {
  await store.claims.release(readClaim(new Arguments(given)));
  return {};
}

function readClaim(args: Arguments) {
  return {
    workspace: args.text('workspace', 'whose it is'),
    name: args.text('name', 'the hash of its name'),
    generation: args.text('generation', 'the generation'),
  };
}

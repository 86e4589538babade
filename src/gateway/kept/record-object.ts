import { Fault } from '#core/generation/fault.ts';
import type { Call } from '../call.ts';
import type { Gateway } from '../gateway.ts';
import { askKept, type KeptAsk } from './ask-kept.ts';
import type { NewObject } from './stored-objects.ts';

const triesMax = 3;

/**
 * What an upstream keeps is its workspace's as soon as that is written down. What is not written down nobody could find or
 * delete any more: it is taken away up there again, and the caller is told so.
 */
export async function recordObject(
  call: Call,
  { object, undo }: { readonly object: NewObject; readonly undo: Omit<KeptAsk, 'body' | 'upload'> },
  gateway: Gateway,
): Promise<void> {
  if (await gateway.objects.add(object)) return;
  const isGone = await takeAway(call, undo, gateway);
  // The keeper may have heard of it all the same.
  void gateway.objects.remove(object.workspace, object.id, object.kind);
  gateway.log('object-unrecorded', {
    generation: call.generation,
    upstream: object.upstream,
    verdict: isGone ? 'taken-away' : 'left-behind',
  });
  const fate = isGone ? 'was taken away again' : 'could not be taken away again';
  throw new Fault('not-ready', { why: `what the upstream made for it could not be written down, and ${fate}` });
}

async function takeAway(call: Call, undo: KeptAsk, gateway: Gateway): Promise<boolean> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    try {
      const { status } = await askKept(call, { ...undo, outlivesCaller: true }, gateway);
      if (status === 200 || status === 404) return true;
    } catch {
      // Another try, or it is told that it stayed.
    }
  }
  return false;
}

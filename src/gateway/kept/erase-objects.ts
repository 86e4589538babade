import { Fault } from '#core/generation/fault.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import type { Gateway } from '../gateway.ts';
import { askKept } from './ask-kept.ts';
import { endpointAt } from './endpoint-at.ts';
import { nobody } from './operation.ts';
import type { KeptKind } from './stored-objects.ts';

const askMs = 10_000;
const idPattern = /^[A-Za-z0-9_-]{1,128}$/;

/** What lies at an upstream of a workspace that is being deleted. */
type DueObject = {
  readonly id: string;
  readonly workspace: string;
  readonly kind: KeptKind;
  readonly upstream: string;
};

const paths: Readonly<Record<Exclude<KeptKind, 'batch'>, string>> = { response: '/responses', file: '/files' };

/**
 * Deletes at upstreams what workspaces left there that are being deleted themselves: first that, then their rows (docs/reference/deletion.md).
 * What cannot be deleted now is tried again the next time.
 */
export function eraseObjects(gateway: Gateway, everyMs: number): { close(): void } {
  let isErasing = false;
  const timer = setInterval(() => {
    if (isErasing || gateway.phase !== 'serving' || !gateway.keeper.isUp) return;
    isErasing = true;
    void eraseDue(gateway).finally(() => {
      isErasing = false;
    });
  }, everyMs).unref();
  return { close: () => clearInterval(timer) };
}

async function eraseDue(gateway: Gateway): Promise<void> {
  const due = { kind: 'command', name: 'erasure-objects-page', args: {} } as const;
  const answer = await gateway.keeper.ask(due, askMs);
  if (answer?.kind !== 'result') return;
  // The keeper of this process wrote it.
  for (const object of answer.value as readonly DueObject[]) {
    await erase(object, gateway).catch(() => gateway.log('object-not-erased', { upstream: object.upstream }));
  }
}

/** A batch cannot be deleted anywhere: what it read and made are files, and they are in the list as well. */
async function erase({ id, workspace, kind, upstream }: DueObject, gateway: Gateway): Promise<void> {
  if (kind !== 'batch') {
    if (!idPattern.test(id)) throw new Fault('object-unknown');
    // The dialect in which it was left there.
    const asker = kind === 'response' ? { ...nobody, protocol: protocolOf('openai-responses') } : nobody;
    const endpoint = endpointAt(upstream, { ...asker, at: Date.now() }, gateway, true);
    const path = `${paths[kind]}/${id}`;
    const { status } = await askKept(asker, { endpoint, method: 'DELETE', path, outlivesCaller: true }, gateway);
    if (status !== 200 && status !== 404) throw new Fault('upstream-unavailable', { attempts: 1, last: 'status' });
  }
  await gateway.objects.remove(workspace, id, kind);
}

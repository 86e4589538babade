import { Fault } from '#core/generation/fault.ts';
import type { KeeperLink } from '../keeper-link.ts';

const knownMax = 10_000;
const askMs = 2_000;

/**
 * Which upstream keeps an object that a caller left there: remembered here for those who come right back, kept by the
 * keeper for everybody else. An object of another workspace is as unknown as one that never was.
 */
export class StoredObjects {
  readonly #keeper: KeeperLink;
  readonly #known = new Map<string, string>();

  constructor(keeper: KeeperLink) {
    this.#keeper = keeper;
  }

  /** The name of the upstream, or a fault that says why it is not told. */
  async upstreamOf(workspace: string, id: string, kind: KeptKind = 'response'): Promise<string> {
    const known = this.#known.get(keyOf(workspace, id, kind));
    if (known !== undefined) return known;
    const answer = await this.#keeper.ask(
      { kind: 'command', name: 'object-find', args: { workspace, id, kind } },
      askMs,
    );
    if (answer?.kind !== 'result') throw new Fault('not-ready', { why: 'stored objects cannot be looked up' });
    // The keeper of this process wrote it.
    const { upstream } = answer.value as { readonly upstream: string | null };
    if (upstream === null) throw new Fault('object-unknown');
    this.#remember(keyOf(workspace, id, kind), upstream);
    return upstream;
  }

  /** True: the keeper has it down. Until it answers, who comes right back is known here already. */
  async add(object: NewObject): Promise<boolean> {
    this.#remember(keyOf(object.workspace, object.id, object.kind), object.upstream);
    const answer = await this.#keeper.ask({ kind: 'command', name: 'object-add', args: object }, askMs);
    return answer?.kind === 'result';
  }

  async remove(workspace: string, id: string, kind: KeptKind): Promise<void> {
    this.#known.delete(keyOf(workspace, id, kind));
    await this.#keeper.ask({ kind: 'command', name: 'object-remove', args: { workspace, id, kind } }, askMs);
  }

  /** The newest first, from behind the one that is named. */
  async list(page: {
    readonly workspace: string;
    readonly kind: KeptKind;
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<{
    readonly objects: readonly { readonly id: string; readonly upstream: string }[];
    readonly hasMore: boolean;
  }> {
    const answer = await this.#keeper.ask({ kind: 'command', name: 'object-list', args: page }, askMs);
    if (answer?.kind !== 'result') throw new Fault('not-ready', { why: 'stored objects cannot be looked up' });
    // The keeper of this process wrote it.
    return answer.value as Awaited<ReturnType<StoredObjects['list']>>;
  }

  #remember(key: string, upstream: string): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= knownMax && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, upstream);
  }
}

export type NewObject = {
  readonly workspace: string;
  readonly id: string;
  readonly kind: KeptKind;
  readonly upstream: string;
  readonly days: number;
};

/** What callers leave at an upstream. */
export type KeptKind = 'response' | 'file' | 'batch';

function keyOf(workspace: string, id: string, kind: KeptKind): string {
  return `${workspace} ${kind} ${id}`;
}

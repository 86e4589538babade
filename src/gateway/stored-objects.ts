import { Fault } from '#core/generation/fault.ts';
import type { KeeperLink } from './keeper-link.ts';

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
  async upstreamOf(workspace: string, id: string): Promise<string> {
    const known = this.#known.get(keyOf(workspace, id));
    if (known !== undefined) return known;
    const answer = await this.#keeper.ask({ kind: 'command', name: 'object-find', args: { workspace, id } }, askMs);
    if (answer?.kind !== 'result') throw new Fault('not-ready', { why: 'stored objects cannot be looked up' });
    // The keeper of this process wrote it.
    const { upstream } = answer.value as { readonly upstream: string | null };
    if (upstream === null) throw new Fault('object-unknown');
    this.#remember(workspace, id, upstream);
    return upstream;
  }

  add(object: {
    readonly workspace: string;
    readonly id: string;
    readonly upstream: string;
    readonly days: number;
  }): void {
    this.#remember(object.workspace, object.id, object.upstream);
    void this.#keeper.ask({ kind: 'command', name: 'object-add', args: object }, askMs);
  }

  async remove(workspace: string, id: string): Promise<void> {
    this.#known.delete(keyOf(workspace, id));
    await this.#keeper.ask({ kind: 'command', name: 'object-remove', args: { workspace, id } }, askMs);
  }

  #remember(workspace: string, id: string, upstream: string): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= knownMax && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(keyOf(workspace, id), upstream);
  }
}

function keyOf(workspace: string, id: string): string {
  return `${workspace} ${id}`;
}

import type { OpenInspection } from '#keeper/interface/messages.ts';
import type { KeeperLink } from '../keeper-link.ts';
import { seal } from './seal.ts';

/** What passed of one request. */
export type Captured = {
  readonly generation: string;
  readonly requestBytes: number;
  readonly answerBytes: number;
  readonly bytes: Uint8Array;
};

/** Of captures that are on their way to the keeper: beyond it nothing is captured. */
const onTheWayMax = 8_388_608;
const answerMs = 5_000;
const windowsMax = 1_000;

/**
 * Seals what was captured and hands it to the keeper, after the caller has its answer. Whatever is in the way, no key, no
 * keeper, too much at once, costs the capture and never the request.
 */
export class CaptureDesk {
  readonly #link: Pick<KeeperLink, 'ask' | 'isStale'>;
  readonly #taken = new Map<string, number>();
  #onTheWay = 0;

  constructor(link: Pick<KeeperLink, 'ask' | 'isStale'>) {
    this.#link = link;
  }

  /** False: this request is not captured. `at`: epoch milliseconds. */
  begin({ id, endsAt, requestsMax }: OpenInspection, at: number): boolean {
    const taken = this.#taken.get(id) ?? 0;
    // A window may have been closed where nobody has heard from the store: then it counts as closed.
    if (at >= endsAt || taken >= requestsMax || this.#link.isStale) return false;
    if (this.#taken.size >= windowsMax) this.#taken.clear();
    this.#taken.set(id, taken + 1);
    return true;
  }

  take(window: OpenInspection, captured: Captured): void {
    if (this.#onTheWay + captured.bytes.byteLength > onTheWayMax) return;
    this.#onTheWay += captured.bytes.byteLength;
    // The caller's last bytes go first.
    setImmediate(() => {
      this.#send(window, captured)
        .catch(() => {})
        .finally(() => {
          this.#onTheWay -= captured.bytes.byteLength;
        });
    });
  }

  async #send({ id, publicKey }: OpenInspection, { bytes, ...captured }: Captured): Promise<void> {
    const sealed = seal(bytes, publicKey, { inspection: id, generation: captured.generation });
    await this.#link.ask({ kind: 'capture', capture: { inspection: id, ...captured, sealed } }, answerMs);
  }
}

import type { KeySighting, ToKeeper } from '#keeper/interface/messages.ts';
import type { CallerOrigin } from './caller-origin.ts';

const tellMs = 5_000;
const keysMax = 20_000;
const networksMax = 1_000;
const endUsersMax = 5_000;
const hourMs = 3_600_000;

type Seen = {
  /** Told already, in the week that runs. */
  readonly networks: Set<string>;
  readonly endUsers: Set<number>;
  /** For the end users: the hour that they were counted in. */
  hour: number;
  fresh: { network: string; country: string }[];
  last: string | null;
  toldEndUsers: number;
};

/**
 * Where keys are used from, and by how many end users: networks and numbers, in memory until the keeper hears of what is new.
 * The keeper keeps keyed hashes of them, of each key the network that was last, and knows no address.
 */
export class SightingBoard {
  readonly #say: (message: Extract<ToKeeper, { kind: 'sightings' }>) => void;
  readonly #seen = new Map<string, Seen>();
  readonly #news = new Set<string>();
  #telling: NodeJS.Timeout | undefined;
  #week = 0;

  constructor(say: (message: Extract<ToKeeper, { kind: 'sightings' }>) => void) {
    this.#say = say;
  }

  saw(key: string, at: number, origin: CallerOrigin | undefined, endUser: string | undefined): void {
    const week = Math.floor(at / (7 * 24 * hourMs));
    if (week !== this.#week) this.#seen.clear();
    this.#week = week;
    const seen = this.#of(key, Math.floor(at / hourMs));
    const hasMoved = origin !== undefined && origin.network !== seen.last;
    if (hasMoved) seen.last = origin.network;
    const isNew = origin !== undefined && !seen.networks.has(origin.network) && seen.networks.size < networksMax;
    if (isNew) {
      seen.networks.add(origin.network);
      seen.fresh.push(origin);
    }
    if (endUser !== undefined && seen.endUsers.size < endUsersMax) seen.endUsers.add(markOf(endUser));
    if (!hasMoved && seen.endUsers.size === seen.toldEndUsers) return;
    this.#news.add(key);
    this.#telling ??= setTimeout(() => this.#tell(), tellMs).unref();
  }

  close(): void {
    clearTimeout(this.#telling);
  }

  #of(key: string, hour: number): Seen {
    const known = this.#seen.get(key);
    const seen = known ?? { networks: new Set(), endUsers: new Set(), hour, fresh: [], last: null, toldEndUsers: 0 };
    if (seen.hour !== hour) {
      seen.hour = hour;
      seen.endUsers.clear();
      seen.toldEndUsers = 0;
    }
    if (known) return seen;
    this.#seen.set(key, seen);
    if (this.#seen.size <= keysMax) return seen;
    for (const oldest of this.#seen.keys()) {
      this.#seen.delete(oldest);
      break;
    }
    return seen;
  }

  #tell(): void {
    this.#telling = undefined;
    const sightings: KeySighting[] = [];
    for (const key of this.#news) {
      const seen = this.#seen.get(key);
      if (!seen) continue;
      sightings.push({ key, networks: seen.fresh, endUsers: seen.endUsers.size, last: seen.last });
      seen.fresh = [];
      seen.toldEndUsers = seen.endUsers.size;
    }
    this.#news.clear();
    if (sightings.length > 0) this.#say({ kind: 'sightings', sightings });
  }
}

/** Thirty-two bits of a name, to count different ones by. */
function markOf(name: string): number {
  let mark = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) mark = Math.imul(mark ^ name.charCodeAt(at), 0x01000193);
  return mark >>> 0;
}

import type { Quirks } from './quirks.ts';

const callIdMax = 40;
const toolNameMax = 64;

/** The id as the upstream takes it: the same for a call and its result, and for the same history on any day. */
export function toUpstreamId(id: string, form: Quirks['callId']): string {
  switch (form) {
    case 'up-to-40':
      return id !== '' && id.length <= callIdMax ? id : `call_${shortHash(id, 24)}`;
    case 'nine':
      return /^[a-zA-Z0-9]{9}$/.test(id) ? id : shortHash(id, 9);
  }
}

/** Names of tools as the upstream takes them. Two names never become one. */
export class ToolNames {
  /** The new name → the caller's. */
  readonly changed = new Map<string, string>();
  readonly #given = new Map<string, string>();
  readonly #taken: Set<string>;

  constructor(names: readonly string[]) {
    this.#taken = new Set(names.filter(isTaken));
  }

  toUpstream(name: string): string {
    if (isTaken(name)) return name;
    const given = this.#given.get(name);
    if (given !== undefined) return given;
    const plain = name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, toolNameMax);
    const isFree = name.length <= toolNameMax && plain !== '' && !this.#taken.has(plain);
    const made = isFree ? plain : `${plain.slice(0, toolNameMax - 9)}_${shortHash(name, 8)}`;
    this.#taken.add(made);
    this.#given.set(name, made);
    this.changed.set(made, name);
    return made;
  }
}

function isTaken(name: string): boolean {
  return /^[a-zA-Z0-9_-]{1,64}$/.test(name);
}

/**
 * Hexadecimal digits that hang on the whole text, at most 32. No secret hangs on them: they tell names of one request
 * apart. Four lanes of FNV-1a, each begun elsewhere, then mixed as MurmurHash3 ends.
 */
function shortHash(text: string, length: number): string {
  let digits = '';
  for (let lane = 0; digits.length < length; lane++) {
    let hash = 0x811c9dc5 ^ Math.imul(lane + 1, 0x9e3779b1);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    digits += ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0');
  }
  return digits.slice(0, length);
}

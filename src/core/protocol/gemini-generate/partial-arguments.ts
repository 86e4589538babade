import { fieldOf, numberOf, textOf } from '../json-value.ts';
import { itemsOf, memberOf } from './field-names.ts';

/** Places that a hostile stream may name at most: no list longer, no path deeper. */
const listMax = 100_000;
const pathMax = 64;

type Key = string | number;
type Container = Record<string, unknown> | unknown[];

/** Arguments of a call that come in pieces, each with the path where it belongs: `$.rows[0].name`. */
export class PartialArguments {
  readonly #root: Record<string, unknown> = {};
  /** The path whose text goes on in the next piece. */
  #openPath: string | undefined;

  /** Whole members, as far as they come so. */
  addWhole(args: unknown): void {
    if (typeof args !== 'object' || args === null) return;
    for (const [name, value] of Object.entries(args)) setOwn(this.#root, name, value);
  }

  addPieces(pieces: unknown): void {
    for (const piece of itemsOf(pieces)) this.#addPiece(piece);
  }

  get json(): string {
    return JSON.stringify(this.#root);
  }

  #addPiece(piece: unknown): void {
    const path = textOf(memberOf(piece, 'jsonPath')) ?? '';
    const keys = keysOf(path);
    if (keys.length === 0) return;
    const text = textOf(memberOf(piece, 'stringValue'));
    const value = text ?? numberValueOf(piece) ?? memberOf(piece, 'boolValue') ?? null;
    const goesOn = this.#openPath === path && text !== undefined;
    setAt(this.#root, keys, (before) => (goesOn && typeof before === 'string' ? before + text : value));
    this.#openPath = memberOf(piece, 'willContinue') === true ? path : undefined;
  }
}

/** A number that JavaScript cannot hold stays as it was written. */
function numberValueOf(piece: unknown): unknown {
  const value = memberOf(piece, 'numberValue');
  return numberOf(value) === undefined ? undefined : value;
}

const step = /\.([^.[\]]+)|\[(\d{1,6})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/gy;

/** Of a path that cannot be read, or leads too far, nothing. */
function keysOf(path: string): readonly Key[] {
  if (!path.startsWith('$')) return [];
  const keys: Key[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (!found || keys.length >= pathMax) return [];
    const [, plain, index, single, double] = found;
    const key = index === undefined ? (plain ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(index);
    if (typeof key === 'number' && key >= listMax) return [];
    keys.push(key);
  }
  return keys;
}

function setAt(root: Container, keys: readonly Key[], change: (before: unknown) => unknown): void {
  let holder = root;
  keys.forEach((key, at) => {
    const next = keys[at + 1];
    const before = ownOf(holder, key);
    if (next === undefined) setOwn(holder, key, change(before));
    else {
      const inner = isContainer(before) ? before : typeof next === 'number' ? [] : {};
      if (inner !== before) setOwn(holder, key, inner);
      holder = inner;
    }
  });
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null && numberOf(value) === undefined;
}

function ownOf(holder: Container, key: Key): unknown {
  return fieldOf(holder, String(key));
}

/** `__proto__` is a name like others. A list has no holes, and no other names than places. */
function setOwn(holder: Container, key: Key, value: unknown): void {
  if (!Array.isArray(holder)) {
    Object.defineProperty(holder, String(key), { value, writable: true, enumerable: true, configurable: true });
    return;
  }
  if (typeof key !== 'number') return;
  while (holder.length < key) holder.push(null);
  holder[key] = value;
}

import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import { type DetectorName, type Detectors, findSensitive, redact } from '#core/privacy/detectors.ts';
import type { Gateway } from '../gateway.ts';
import type { Caller } from './callers.ts';

/** What a request was found to hold, and what is sent on instead of it. */
export type Screened = {
  readonly body: Uint8Array;
  /** How often, by kind. */
  readonly counts: ReadonlyMap<DetectorName, number>;
  /** Only who keeps nothing may get it. */
  readonly needsZeroRetention: boolean;
};

/** What is longer is not looked through while others wait: then nobody can say that there is nothing in it. */
const bytesMax = 4 * 1_048_576;

/**
 * Looks through the texts of a request, in this process alone; undefined: nothing was found. Throws a Fault when what was
 * found is blocked. What the workspace accepted the terms for is not blocked, but goes only to who keeps nothing.
 */
export function screen(body: Uint8Array, detectors: Detectors, isAccepted: boolean): Screened | undefined {
  const actions = new Set(detectors.values());
  if (body.length > bytesMax) {
    if (!actions.has('block') && !actions.has('redact')) return undefined;
    throw new Fault('sensitive-data', { kinds: 'too long to look through' });
  }
  const counts = new Map<DetectorName, number>();
  const screened = screenText(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString(), detectors, counts);
  if (counts.size === 0) return undefined;
  const blocked = [...counts.keys()].filter((name) => detectors.get(name) === 'block');
  if (blocked.length > 0 && !isAccepted) throw new Fault('sensitive-data', { kinds: blocked.join(', ') });
  const acts = new Set([...counts.keys()].map((name) => detectors.get(name)));
  return {
    body: acts.has('redact') ? Buffer.from(screened) : body,
    counts,
    needsZeroRetention: acts.has('route') || blocked.length > 0,
  };
}

/** Each text of the JSON by itself; what is between them keeps its bytes. */
function screenText(text: string, detectors: Detectors, counts: Map<DetectorName, number>): string {
  let screened = '';
  let from = 0;
  for (let start = text.indexOf('"'); start >= 0; start = text.indexOf('"', from)) {
    const end = endOfLiteral(text, start);
    if (end < 0) break;
    screened += text.slice(from, start) + screenLiteral(text.slice(start, end), detectors, counts);
    from = end;
  }
  return screened + text.slice(from);
}

/** Behind the closing quote; -1: there is none. */
function endOfLiteral(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return -1;
}

/** One text of the JSON. It keeps its bytes unless something in it is redacted. */
function screenLiteral(literal: string, detectors: Detectors, counts: Map<DetectorName, number>): string {
  const plain = literal.includes('\\') ? parsed(literal) : literal.slice(1, -1);
  if (plain === undefined || plain.length < 6) return literal;
  const found = findSensitive(plain, detectors.keys());
  if (found.length === 0) return literal;
  for (const { name } of found) counts.set(name, (counts.get(name) ?? 0) + 1);
  const gone = found.filter(({ name }) => detectors.get(name) === 'redact');
  return gone.length === 0 ? literal : JSON.stringify(redact(plain, gone));
}

function parsed(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // The decoder says what is wrong with it.
    return undefined;
  }
}

/** For the reply's head: kinds and counts. */
export function detectedHeader(counts: ReadonlyMap<DetectorName, number>): string {
  return [...counts].map(([name, count]) => `${name}:${count}`).join(',');
}

/** The workspace accepted the terms of the policy that is in force, and no older ones. */
export function hasAccepted({ settings }: Pick<Caller, 'settings'>, { policy }: Pick<Gateway, 'policy'>): boolean {
  return policy !== undefined && settings.sensitive_data === `accepted:${policy}`;
}

import { createHash, randomBytes } from 'node:crypto';
import type { Turn } from '../turn.ts';

type Named = Pick<Turn, 'letters' | 'createdMs'>;

/** All ids of one answer begin alike, with the time inside, as OpenAI's do. One turn gives the same ids each time. */
export function idOf(turn: Named, prefix: 'resp' | 'msg' | 'fc' | 'ctc' | 'rs', index = 0): string {
  const root = hashHex(turn.letters).slice(0, 16);
  return `${prefix}_${root}00${writeTime(turn.createdMs)}${hashHex(`${turn.letters}${prefix}${index}`).slice(0, 24)}`;
}

export function callIdOf(turn: Named, index: number): string {
  const bytes = createHash('sha256').update(`${turn.letters}call${index}`).digest();
  return `call_${bytes
    .toString('base64')
    .replace(/[^a-zA-Z0-9]/g, 'x')
    .slice(0, 24)}`;
}

/** For an item of the input that came without one. */
export function newItemId(prefix: string, nowMs: number): string {
  return `${prefix}_${randomBytes(9).toString('hex')}${writeTime(nowMs)}${randomBytes(12).toString('hex')}`;
}

function writeTime(ms: number): string {
  return Math.floor(ms / 1000)
    .toString(16)
    .padStart(8, '0');
}

function hashHex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

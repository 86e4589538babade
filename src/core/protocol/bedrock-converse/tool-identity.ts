import { Buffer } from 'node:buffer';
import type { Content } from '#core/generation/content.ts';

const lettersMax = 64;
const taken = /^[a-zA-Z0-9_-]{1,64}$/;

/** An id that Converse takes: itself, or a pure function of it, the same for a call and its result. */
export function toToolId(id: Content): string {
  return fitting(id.revealText('translate'));
}

/** Names of tools as Converse gets them, and what each of the changed ones was. */
export class ToolNames {
  readonly changed = new Map<string, string>();

  toUpstream(name: Content): string {
    const text = name.revealText('translate');
    const sent = fitting(text);
    if (sent !== text) this.changed.set(sent, text);
    return sent;
  }
}

function fitting(text: string): string {
  if (taken.test(text)) return text;
  const mark = `_${fingerprint(text)}`;
  return text.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, lettersMax - mark.length) + mark;
}

/** FNV-1a, 32 bits: tells apart what looks alike once it is cleaned. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

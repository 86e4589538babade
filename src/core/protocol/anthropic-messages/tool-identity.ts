import { Buffer } from 'node:buffer';
import type { Content } from '#core/generation/content.ts';

const idPattern = /^[a-zA-Z0-9_-]+$/;
const namePattern = /^[a-zA-Z0-9_-]{1,128}$/;
const nameLengthMax = 128;

/** An id that the upstream takes: itself, or a pure function of it, the same for a call and its result. */
export function toToolId(id: Content): string {
  const text = id.revealText('translate');
  return idPattern.test(text) ? text : `${cleaned(text).slice(0, 64)}_${fingerprint(text)}`;
}

/** Names of tools as the upstream gets them, and what each of the changed ones was. */
export class ToolNames {
  readonly changed = new Map<string, string>();

  toUpstream(name: Content): string {
    const text = name.revealText('translate');
    if (namePattern.test(text)) return text;
    const mark = `_${fingerprint(text)}`;
    const changed = cleaned(text).slice(0, nameLengthMax - mark.length) + mark;
    this.changed.set(changed, text);
    return changed;
  }
}

function cleaned(text: string): string {
  return text.replace(/[^a-zA-Z0-9_-]/g, '_');
}

/** FNV-1a, 32 bits: tells apart what looks alike once it is cleaned. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

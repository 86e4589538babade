/** https://ai.google.dev/api/caching#FunctionDeclaration: letters, digits and `_.:-`, a letter or `_` first, at most 64. */
const accepted = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;
const nameMax = 64;

/** Names of tools as Google takes them: a name that it would refuse is changed, the same one always in the same way. */
export class ToolNames {
  /** The new name → the caller's. */
  readonly changed = new Map<string, string>();

  toGoogle(name: string): string {
    if (accepted.test(name)) return name;
    const plain = name.replace(/[^A-Za-z0-9_.:-]/g, '_');
    const tail = `_${hashOf(name).toString(36)}`;
    const started = /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
    const fresh = started.slice(0, nameMax - tail.length) + tail;
    this.changed.set(fresh, name);
    return fresh;
  }
}

/** FNV-1a over UTF-16 units: it only has to tell apart names that look alike once they are changed. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

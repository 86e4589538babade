/** What this API takes as a tool's name, and how long an id of a call may be. */
const goodName = /^[a-zA-Z0-9_-]{1,64}$/;
const callIdMax = 64;
const hashLetters = 13;

/** Names of tools as the upstream takes them. */
export class UpstreamNames {
  /** The new name → the caller's. */
  readonly changed = new Map<string, string>();

  /** The same name always gives the same one; two that would fall together do not. */
  nameOf = (name: string): string => {
    if (goodName.test(name)) return name;
    const kept = name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64 - hashLetters - 1);
    const changed = `${kept}_${hashOf(name)}`;
    this.changed.set(changed, name);
    return changed;
  };
}

/** An id that is too long, the same in the call and in its result. */
export function callIdOf(id: string): string {
  return id.length <= callIdMax ? id : `call_${hashOf(id)}${hashOf(`${id}/`)}`;
}

/** cyrb53 (public domain), in base 32 and always as long: https://stackoverflow.com/a/52171480. */
function hashOf(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2_654_435_761);
    b = Math.imul(b ^ c, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  const high = (b >>> 0).toString(32).padStart(7, '0');
  return `${high}${(a >>> 0).toString(32).padStart(7, '0')}`.slice(-hashLetters);
}

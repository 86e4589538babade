/** Where a setting stands in the file: `['upstreams', 'openai', 'api_keys', 0]`. */
export type SettingPath = readonly (string | number)[];

/** The name that people read: `upstreams.openai.api_keys[0]`. */
export function settingName(path: SettingPath): string {
  let name = '';
  for (const step of path) {
    if (typeof step === 'number') name += `[${step}]`;
    else name += name === '' ? printable(step) : `.${printable(step)}`;
  }
  return name;
}

/**
 * A name out of a file goes to a terminal and a log: no control characters, no endless ones, and no credential that a
 * slip of brackets or indentation turned into a name.
 */
function printable(name: string): string {
  if (/(?:^|[^a-z])(?:sk-|AIza)/.test(name)) return '(a name like a key)';
  const clean = name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD');
  return clean.length > 120 ? `${clean.slice(0, 119)}…` : clean;
}

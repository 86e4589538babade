import { type ConfigSource, problemAt } from './config-source.ts';
import type { UpstreamSettings } from './file-schema.ts';
import type { SettingPath } from './setting-path.ts';

/** The credentials of one upstream: `api_key` or `api_keys`, never both. */
export function upstreamKeys(settings: UpstreamSettings, path: SettingPath, source: ConfigSource): readonly string[] {
  if (settings.api_key !== undefined && settings.api_keys !== undefined) {
    throw problemAt(source, [...path, 'api_keys'], 'stands beside api_key: keep one of the two.');
  }
  const single = settings.api_key !== undefined;
  const keys = settings.api_key === undefined ? (settings.api_keys ?? []) : [settings.api_key];
  for (const [index, key] of keys.entries()) {
    const at = single ? [...path, 'api_key'] : [...path, 'api_keys', index];
    if (!isCredential(key)) throw problemAt(source, at, 'must be one line of printable characters without spaces.');
    if (keys.indexOf(key) !== index) throw problemAt(source, at, 'is the same key as an earlier one: remove it.');
  }
  return keys;
}

/** It will stand in a header. */
export function isCredential(key: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(key);
}

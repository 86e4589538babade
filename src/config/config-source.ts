import { ConfigProblem } from './config-problem.ts';
import { type SettingPath, settingName } from './setting-path.ts';

/** The file as it was written: where each setting stands, and the characters it was written with. */
export type ConfigSource = {
  /** As the operator knows it: `fairlead.yaml`. */
  readonly name: string;
  readonly settings: ReadonlyMap<string, WrittenSetting>;
};

export type WrittenSetting = {
  /** `upstreams.openai.region`. */
  readonly name: string;
  readonly line: number;
  /** A scalar's own characters: `0.10` stays `0.10`. Undefined for sections and lists. */
  readonly text: string | undefined;
  /** The value came out of `${NAME}`: only its text may be shown. */
  readonly refers: boolean;
};

/** There is no file: nothing was written. */
export const noSource: ConfigSource = { name: '', settings: new Map() };

export function sourceKey(path: SettingPath): string {
  return path.join('\u0000');
}

export function textAt(source: ConfigSource, path: SettingPath): string | undefined {
  return source.settings.get(sourceKey(path))?.text;
}

/** A sentence about one setting: `fairlead.yaml, line 4: upstreams.openai.region …`. */
export function problemAt(source: ConfigSource, path: SettingPath, says: string): ConfigProblem {
  return new ConfigProblem(`${placeOf(source, path)}: ${settingName(path)} ${says}`);
}

/** A missing setting has no line of its own: then that of the section it is missing from. */
function placeOf(source: ConfigSource, path: SettingPath): string {
  for (let length = path.length; length > 0; length -= 1) {
    const written = source.settings.get(sourceKey(path.slice(0, length)));
    if (written) return `${source.name}, line ${written.line}`;
  }
  return source.name === '' ? 'environment' : source.name;
}

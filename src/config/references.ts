import { type ConfigSource, problemAt } from './config-source.ts';
import type { Environment } from './environment.ts';
import type { SettingPath } from './setting-path.ts';
import type { PlainSection, PlainValue } from './yaml-file.ts';

/** Puts the environment's values where the file says `${NAME}`. `$${` stands for the two characters themselves. */
export function resolveReferences(root: PlainSection, source: ConfigSource, environment: Environment): PlainSection {
  const resolve = (value: PlainValue, path: SettingPath): PlainValue => {
    if (typeof value === 'string') return resolveText(value, path);
    if (isList(value)) return value.map((item, index) => resolve(item, [...path, index]));
    return typeof value === 'object' && value !== null ? resolveSection(value, path) : value;
  };
  const resolveSection = (section: PlainSection, path: SettingPath): PlainSection =>
    Object.fromEntries(Object.entries(section).map(([name, value]) => [name, resolve(value, [...path, name])]));
  const resolveText = (text: string, path: SettingPath): string =>
    text.replace(/\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g, (whole: string, name: string | undefined) => {
      if (whole === '$${') return '${';
      if (name === undefined) {
        throw problemAt(
          source,
          path,
          'has a "${" that refers to nothing: write ${NAME}, or $${ for the characters themselves.',
        );
      }
      const found = environment.readSecret(name);
      if (found !== undefined) return found;
      throw problemAt(
        source,
        path,
        `refers to \${${name}}, which is not set: set ${name} or ${name}_FILE, or remove the line.`,
      );
    });
  return resolveSection(root, []);
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}

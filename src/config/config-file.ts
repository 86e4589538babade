import type { ConfigSource } from './config-source.ts';
import type { Environment } from './environment.ts';
import type { FileSettings } from './file-schema.ts';
import { judgeFile } from './judge-file.ts';
import { resolveReferences } from './references.ts';
import { parseYamlFile } from './yaml-file.ts';

type WrittenFile = { readonly name: string; readonly text: string; readonly environment: Environment };

/** Text → settings: parsed, references filled in, names and kinds judged. */
export function openConfigFile({ name, text, environment }: WrittenFile): {
  settings: FileSettings;
  source: ConfigSource;
} {
  const { root, source } = parseYamlFile(name, text.replace(/^\uFEFF/, ''));
  return { settings: judgeFile(resolveReferences(root, source, environment), source), source };
}

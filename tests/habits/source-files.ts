import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTokens } from './read-tokens.ts';

/** The repository's own folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** One file of ours, taken apart far enough to judge it. */
export type SourceFile = {
  /** From the repository's root, with forward slashes: `src/core/money/nano.ts`. */
  readonly path: string;
  readonly text: string;
  /** The text without its comments. Same length, same lines. */
  readonly code: string;
  /** The code without what stands inside its strings. */
  readonly bare: string;
  /** What stands inside its strings. */
  readonly strings: readonly Found[];
  readonly imports: readonly Import[];
};

export type Found = { readonly text: string; readonly line: number };

export type Import = {
  /** As written: `#core/money/nano.ts`, `./nano.ts`, `node:fs`, `undici`. */
  readonly specifier: string;
  /** The file of ours that it means, undefined for packages and Node's own modules. */
  readonly target: string | undefined;
  /** `import type` or `export type`: gone at run time. */
  readonly typeOnly: boolean;
  /** `thread` is `new URL('./x.ts', import.meta.url)`, which starts a file in a thread or process of its own. */
  readonly kind: 'import' | 'export' | 'dynamic' | 'thread';
  readonly line: number;
};

/** Every file under these folders whose name ends so, in order of path. Absent folders hold no files. */
export function readSources(folders: readonly string[], endings: readonly string[] = ['.ts', '.tsx']): SourceFile[] {
  return folders
    .flatMap(listFiles)
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Paths of all files under a folder, without what is installed or written by a run. */
export function listFiles(folder: string): string[] {
  const entries = readdirIfThere(folder);
  return entries.flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return /^(node_modules|\.git|data|out(-.*)?)$/.test(entry.name) ? [] : listFiles(path);
    return [path];
  });
}

function readdirIfThere(folder: string) {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
}

export function parseSource(path: string, text: string): SourceFile {
  const tokens = readTokens(text);
  return { path, text, ...tokens, imports: findImports(path, tokens.code) };
}

const patterns: readonly { readonly kind: Import['kind']; readonly pattern: RegExp }[] = [
  { kind: 'import', pattern: /^[ \t]*import\s+(?<type>type\s+)?(?:[^'"`;]*?\bfrom\s*)?(['"])(?<from>[^'"\n]+)\2/gm },
  {
    kind: 'export',
    pattern: /^[ \t]*export\s+(?<type>type\s+)?(?:\*|\{)[^'"`;]*?\bfrom\s*(['"])(?<from>[^'"\n]+)\2/gm,
  },
  { kind: 'dynamic', pattern: /\b(?<type>typeof\s+)?import\s*\(\s*(['"`])(?<from>[^'"`\n]+)\2/g },
  { kind: 'thread', pattern: /\bnew\s+URL\(\s*(['"])(?<from>\.[^'"\n]*\.[cm]?[jt]s)\1\s*,\s*import\.meta\.url/g },
];

function findImports(path: string, code: string): Import[] {
  return patterns.flatMap(({ kind, pattern }) =>
    [...code.matchAll(pattern)].map((match) => {
      const specifier = match.groups?.from ?? '';
      const start = match.index + match[0].length - match[0].trimStart().length;
      const typeOnly = match.groups?.type !== undefined;
      return { specifier, target: targetOf(path, specifier), typeOnly, kind, line: lineAt(code, start) };
    }),
  );
}

function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  return undefined;
}

export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

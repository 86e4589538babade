import type { Import, SourceFile } from './source-files.ts';

/** What one folder may import. `*` is everything; a folder stands for what is below it, too. */
export type FolderRule = {
  readonly folder: string;
  readonly may: readonly string[];
  /** Also these, but as types only. */
  readonly types?: readonly string[];
  /** Not these, although `may` covers them. */
  readonly never?: readonly string[];
  readonly why: string;
};

/** A third-party package and the folders it may be imported from. */
export type PackageHome = { readonly name: string; readonly homes: readonly string[] };

/** Imports that the table does not allow, each as a sentence. */
export function brokenImports(files: readonly SourceFile[], rules: readonly FolderRule[]): string[] {
  return files.flatMap((file) => {
    const rule = ruleOf(file.path, rules);
    if (!rule)
      return [`${file.path} stands in a folder that the import table of tests/architecture.test.ts does not know.`];
    return file.imports.flatMap((found) => judgeImport(file, found, rule, rules) ?? []);
  });
}

function judgeImport(
  file: SourceFile,
  found: Import,
  rule: FolderRule,
  rules: readonly FolderRule[],
): string | undefined {
  if (found.target === undefined) return undefined;
  const from = `${file.path}:${found.line} imports "${found.specifier}"`;
  if (found.specifier.startsWith('.') && moduleOf(found.target) !== moduleOf(file.path))
    return `${from}, which lies in another folder. Write it as "#${found.target.replace(/^src\//, '')}": relative imports stay in their folder, so that a crossing can be seen.`;
  // A sheet is what the bundler makes of it.
  if (rule.folder === 'web' && found.target.endsWith('.css')) return undefined;
  if (!/\.tsx?$/.test(found.target))
    return `${from}, which does not end in ".ts". Name the file: Node looks for nothing else.`;
  if (ruleOf(found.target, rules) === rule || isAllowed(found, rule)) return undefined;
  const typesOnly = covers(rule.types ?? [], found.target);
  const remedy = typesOnly ? ' It may be imported with "import type" only.' : '';
  return `${from}, but ${rule.folder} may import ${listOf(rule)}.${remedy} Why: ${rule.why}`;
}

function isAllowed(found: Import, rule: FolderRule): boolean {
  const target = found.target ?? '';
  if (covers(rule.never ?? [], target)) return false;
  return covers(rule.may, target) || (found.typeOnly && covers(rule.types ?? [], target));
}

function listOf(rule: FolderRule): string {
  if (rule.may.includes('*')) return `everything but ${rule.never?.join(', ')}`;
  const types = rule.types?.map((folder) => `types of ${folder}`) ?? [];
  const list = [...rule.may, ...types].join(', ') || 'nothing outside itself';
  return rule.never ? `${list}, without ${rule.never.join(', ')}` : list;
}

/** The rule of the longest folder that holds this path. */
function ruleOf(path: string, rules: readonly FolderRule[]): FolderRule | undefined {
  return rules
    .filter((rule) => covers([rule.folder], path))
    .sort((a, b) => b.folder.length - a.folder.length)
    .at(0);
}

/** The folder that relative imports stay in: `src/keeper`, `src/core/money`, `src/http/data`. */
function moduleOf(path: string): string {
  if (/^src\/[^/]+$/.test(path)) return 'src';
  // The dashboard is one module, whose folders are drawers.
  if (path.startsWith('web/')) return 'web';
  const depth = /^src\/(core|http)\//.test(path) ? 3 : 2;
  return path.split('/').slice(0, depth).join('/');
}

export function covers(folders: readonly string[], path: string): boolean {
  const inSrc = path.replace(/^src\//, '');
  return folders.some((folder) => folder === '*' || inSrc === folder || inSrc.startsWith(`${folder}/`));
}

/** Third-party packages outside their home, and Node's own modules where there may be none. */
export function homelessPackages(
  files: readonly SourceFile[],
  homes: readonly PackageHome[],
  pure: { readonly folder: string; readonly builtins: readonly string[] },
): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier, target, line }) => {
      if (target !== undefined) return [];
      const from = `${file.path}:${line} imports "${specifier}"`;
      if (specifier.startsWith('node:')) {
        if (!covers([pure.folder], file.path) || pure.builtins.includes(specifier)) return [];
        return `${from}, but ${pure.folder} may use ${pure.builtins.join(', ')} alone: disk, network, clock and randomness come in as values.`;
      }
      const home = homes.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
      if (!home)
        return `${from}, a package without a home. Give it one in tests/architecture.test.ts, or do without it.`;
      if (covers(home.homes, file.path)) return [];
      return `${from}, whose home is ${home.homes.join(', ')}. Ask that folder for what you need: each package is known in one place.`;
    }),
  );
}

/** Circles of imports, each named once. Types may point in circles, since nothing of them runs. */
export function importCircles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt !== -1)
      circles.push(
        `${[...trail.slice(seenAt), path].join(' → ')} is a circle of imports. Move what both need into a file of its own.`,
      );
    if (seenAt !== -1 || done.has(path)) return;
    const next = byPath.get(path)?.imports.filter(({ typeOnly, kind }) => !typeOnly && kind !== 'thread') ?? [];
    for (const { target } of next) if (target) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return circles;
}

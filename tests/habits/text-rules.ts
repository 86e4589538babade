import { covers } from './import-rules.ts';
import { lineAt, type SourceFile } from './source-files.ts';

/** A pattern that may not stand in code, and where. */
export type Ban = {
  /** Searched in the code without comments and without what stands in strings. */
  readonly pattern: RegExp;
  /** Folders or files of src that it holds for; absent: all of it. */
  readonly within?: readonly string[];
  /** Folders or files of src that are exempt. */
  readonly except?: readonly string[];
  /** Lines that may stay, as they are written, each with its reason. */
  readonly allowed?: readonly { readonly file: string; readonly line: string; readonly why: string }[];
  readonly why: string;
};

export function bannedText(files: readonly SourceFile[], bans: readonly Ban[]): string[] {
  return bans.flatMap((ban) => files.flatMap((file) => (isBoundBy(ban, file) ? findBanned(file, ban) : [])));
}

function isBoundBy(ban: Ban, file: SourceFile): boolean {
  return (ban.within === undefined || covers(ban.within, file.path)) && !covers(ban.except ?? [], file.path);
}

function findBanned(file: SourceFile, ban: Ban): string[] {
  return [...file.bare.matchAll(new RegExp(ban.pattern, 'g'))].flatMap((match) => {
    const line = lineAt(file.bare, match.index);
    const written = file.text.split('\n')[line - 1] ?? '';
    const allowed = ban.allowed?.some((row) => row.file === file.path && written.includes(row.line));
    return allowed ? [] : `${file.path}:${line} holds "${match[0].trim()}". ${ban.why}`;
  });
}

/** Who may look into content, and for which purposes. */
export type Revealer = { readonly folder: string; readonly purposes: readonly string[] };

export function wrongReveals(files: readonly SourceFile[], revealers: readonly Revealer[]): string[] {
  return files.flatMap((file) =>
    [...file.code.matchAll(/\.(?:reveal|revealText|revealPieces)\s*\(\s*(?:(['"])([\w-]+)\1)?/g)].flatMap((match) => {
      const at = `${file.path}:${lineAt(file.code, match.index)}`;
      const purpose = match[2];
      const mine = revealers.filter(({ folder }) => covers([folder], file.path));
      if (mine.length === 0)
        return `${at} looks into content. Only ${revealers.map(({ folder }) => folder).join(', ')} may: content stays closed everywhere else.`;
      if (purpose === undefined)
        return `${at} looks into content without a purpose that can be read. Write the purpose there as a word.`;
      if (mine.some(({ purposes }) => purposes.includes(purpose))) return [];
      const known = mine.flatMap(({ purposes }) => purposes).join(', ');
      return `${at} looks into content to "${purpose}", but ${mine[0]?.folder} may do so for ${known} alone.`;
    }),
  );
}

const statement = /\b(insert into|update \w+ set|delete from|select\s.+?\sfrom)\b/is;

export function strayStatements(files: readonly SourceFile[], home: string): string[] {
  return files
    .filter((file) => !covers([home], file.path))
    .flatMap((file) =>
      file.strings
        .filter(({ text }) => statement.test(text))
        .map(
          ({ line }) =>
            `${file.path}:${line} holds SQL. All SQL stands in src/${home}: add a function there and call it.`,
        ),
    );
}

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|fuzz|property))?\.(ts|tsx|mjs|sql|json)$/;

export function wrongNames(paths: readonly string[], forbidden: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const name = path.split('/').at(-1) ?? '';
    const words = path.replace(/\.\w+$/, '').split(/[/.-]/);
    const bad = words.find((word) => forbidden.includes(word));
    if (bad) return `${path} has "${bad}" in its name, which says nothing. Name the one idea that it holds.`;
    return kebabCase.test(name) ? [] : `${path} is not in kebab-case: small letters, digits and single hyphens.`;
  });
}

export function longFiles(files: readonly SourceFile[], linesMax: number): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines <= linesMax
      ? []
      : `${path} has ${lines} lines, ${linesMax} is the end. Find the second idea in it and give it a file.`;
  });
}

export function barrels(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) => [
    ...(/(^|\/)index\.tsx?$/.test(path) ? [`${path}: there are no index files. Import the file itself.`] : []),
    ...imports
      .filter(({ kind }) => kind === 'export')
      .map(
        ({ line, specifier }) => `${path}:${line} passes "${specifier}" on. Whoever needs it imports it from there.`,
      ),
  ]);
}

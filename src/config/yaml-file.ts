import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { ConfigProblem } from './config-problem.ts';
import { type ConfigSource, problemAt, sourceKey, type WrittenSetting } from './config-source.ts';
import { type SettingPath, settingName } from './setting-path.ts';
import { yamlProblem } from './yaml-problem.ts';

export type PlainValue = string | number | boolean | null | readonly PlainValue[] | PlainSection;
export type PlainSection = { readonly [name: string]: PlainValue };

const fileBytesMax = 4 * 1024 * 1024;
/** What aliases may grow a file to, counted in settings. */
const nodesMax = 200_000;
const depthMax = 32;

/** Text → plain values, and for each of them the line and the characters it was written with. */
export function parseYamlFile(name: string, text: string): { root: PlainSection; source: ConfigSource } {
  if (Buffer.byteLength(text) > fileBytesMax) {
    throw new ConfigProblem(`${name} is larger than 4 MiB: keep to settings, and make it smaller.`);
  }
  const lines = new LineCounter();
  const document = parse(name, text, lines);
  const flaw = document.errors[0] ?? document.warnings[0];
  if (flaw) throw yamlProblem(flaw.code, { name, line: lines.linePos(flaw.pos[0]).line });
  const reader = new TreeReader(name, lines, (node) => (isAlias(node) ? node.resolve(document) : node));
  return { root: reader.readRoot(document.contents), source: reader.source };
}

function parse(name: string, text: string, lines: LineCounter) {
  try {
    return parseDocument(text, {
      lineCounter: lines,
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
    });
  } catch {
    // The library's own words may quote the file, and the file may hold a secret.
    throw new ConfigProblem(
      `${name} cannot be read as YAML: it is nested too deeply or damaged, write it again more simply.`,
    );
  }
}

class TreeReader {
  readonly source: ConfigSource;
  readonly #settings = new Map<string, WrittenSetting>();
  readonly #lines: LineCounter;
  readonly #resolve: (node: unknown) => unknown;
  #nodes = 0;

  constructor(name: string, lines: LineCounter, resolve: (node: unknown) => unknown) {
    this.source = { name, settings: this.#settings };
    this.#lines = lines;
    this.#resolve = resolve;
  }

  readRoot(contents: unknown): PlainSection {
    if (contents === null || (isScalar(contents) && contents.value === null)) return {};
    if (!isMap(contents)) {
      const kind = isSeq(contents) ? 'a list' : 'a single value';
      throw new ConfigProblem(
        `${this.source.name}, line ${this.#lineOf(contents)}: the file is ${kind}: write settings by name, such as "upstreams:".`,
      );
    }
    const root = this.#readSection(contents, []);
    // A section that was opened and left empty says nothing.
    return Object.fromEntries(Object.entries(root).filter(([, value]) => value !== null));
  }

  #read(given: unknown, path: SettingPath): PlainValue {
    this.#nodes += 1;
    if (path.length > depthMax || this.#nodes > nodesMax) {
      throw problemAt(
        this.source,
        path.slice(0, depthMax),
        'holds too much or is nested too deeply: write it out without aliases.',
      );
    }
    const node = this.#resolve(given);
    if (isAlias(given) && node === undefined) {
      throw problemAt(
        this.source,
        path,
        'uses an alias whose anchor does not exist: define the anchor above, or write the value out.',
      );
    }
    if (isMap(node)) return this.#readSection(node, path);
    if (isSeq(node))
      return node.items.map((item, index) => this.#read(this.#note(item, [...path, index], item), [...path, index]));
    return isScalar(node) ? plainScalar(node.value, node.source) : null;
  }

  #readSection(section: YAMLMap, path: SettingPath): PlainSection {
    const entries: [string, PlainValue][] = [];
    for (const { key, value } of section.items) {
      const name = this.#nameOf(key, path);
      const below = [...path, name];
      const earlier = this.#settings.get(sourceKey(below));
      const twice = entries.some(([other]) => other === name);
      this.#note(value, below, key);
      if (name === '__proto__')
        throw problemAt(this.source, below, 'is not a name that a setting can have: remove it.');
      if (twice) throw problemAt(this.source, below, `stands twice, first on line ${earlier?.line}: keep one of them.`);
      entries.push([name, this.#read(value, below)]);
    }
    return Object.fromEntries(entries);
  }

  #nameOf(key: unknown, path: SettingPath): string {
    const node = this.#resolve(key);
    if (isScalar(node) && node.value !== null)
      return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
    const section = path.length === 0 ? 'the file' : settingName(path);
    throw new ConfigProblem(
      `${this.source.name}, line ${this.#lineOf(key)}: ${section} has a name that is not plain text: write the name as text, such as "region:".`,
    );
  }

  /** Remembers line and characters of a setting, and gives its value back. */
  #note(value: unknown, path: SettingPath, at: unknown): unknown {
    const node = this.#resolve(value);
    const text = isScalar(node) ? (typeof node.value === 'string' ? node.value : node.source) : undefined;
    const refers = typeof text === 'string' && text.includes('${');
    this.#settings.set(sourceKey(path), { name: settingName(path), line: this.#lineOf(at), text, refers });
    return value;
  }

  #lineOf(node: unknown): number {
    // A parser's node: the library types every one of them as unknown.
    const range = (node as Node | null)?.range;
    return this.#lines.linePos(range?.[0] ?? 0).line;
  }
}

function plainScalar(value: unknown, source: string | undefined): PlainValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    return value;
  return source ?? null;
}

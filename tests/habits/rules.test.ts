import assert from 'node:assert/strict';
import test from 'node:test';
import { brokenImports, type FolderRule, homelessPackages, importCircles } from './import-rules.ts';
import { parseSource, type SourceFile } from './source-files.ts';
import { bannedText, barrels, longFiles, strayStatements, wrongNames, wrongReveals } from './text-rules.ts';

// A rule that cannot fail guards nothing: each is shown a file that breaks it, and the same file made right.

const rules: readonly FolderRule[] = [
  { folder: 'core/money', may: ['core/generation'], types: ['core/trust'], why: 'money is arithmetic.' },
  { folder: 'core/generation', may: [], why: 'it leans on nobody.' },
  { folder: 'core/trust', may: [], why: 'values only.' },
  { folder: 'store', may: ['core'], why: 'it asks nobody.' },
  { folder: 'keeper/interface', may: [], why: 'both sides share it.' },
  {
    folder: 'keeper',
    may: ['store', 'outgoing', 'keeper/interface'],
    never: ['outgoing/providers'],
    why: 'probes are generations.',
  },
  { folder: 'outgoing', may: ['core'], why: 'it knows nothing of the inside.' },
];

function file(path: string, text: string): SourceFile {
  return parseSource(path, text);
}

test('an import that the table does not allow is told with file, line, list and reason', () => {
  const [problem] = brokenImports([file('src/core/money/a.ts', "\nimport { b } from '#store/b.ts';")], rules);
  assert.match(
    problem ?? '',
    /^src\/core\/money\/a\.ts:2 imports "#store\/b\.ts", but core\/money may import core\/generation, types of core\/trust\. Why: money/,
  );
});

test('static, exported, dynamic and thread imports are all seen, comments and strings are not', () => {
  const crossings = [
    "import '#store/b.ts';",
    "import {\n  b,\n  c,\n} from '#store/b.ts';",
    "export { b } from '#store/b.ts';",
    "const b = await import('#store/b.ts');",
  ];
  for (const text of crossings) assert.equal(brokenImports([file('src/core/money/a.ts', text)], rules).length, 1, text);
  const thread = file('src/core/money/a.ts', "new Worker(new URL('../../store/b-worker.ts', import.meta.url));");
  assert.equal(brokenImports([thread], rules).length, 1);
  const silent = ["// import '#store/b.ts';", "/* import '#store/b.ts'; */", 'const text = `\n${1} import "x"`;'];
  for (const text of silent) assert.deepEqual(brokenImports([file('src/core/money/a.ts', text)], rules), [], text);
});

test('types may go where the table says types', () => {
  assert.equal(
    brokenImports([file('src/core/money/a.ts', "import type { T } from '#core/trust/t.ts';")], rules).length,
    0,
  );
  const value = brokenImports([file('src/core/money/a.ts', "import { type T } from '#core/trust/t.ts';")], rules);
  assert.match(value[0] ?? '', /"import type" only/);
});

test('a part of a folder can be forbidden', () => {
  assert.equal(brokenImports([file('src/keeper/a.ts', "import '#outgoing/mail/send.ts';")], rules).length, 0);
  assert.equal(brokenImports([file('src/keeper/a.ts', "import '#outgoing/providers/pool.ts';")], rules).length, 1);
});

test('relative imports stay in their folder', () => {
  assert.equal(brokenImports([file('src/keeper/a.ts', "import './interface/b.ts';")], rules).length, 0);
  assert.match(brokenImports([file('src/keeper/a.ts', "import '../store/b.ts';")], rules)[0] ?? '', /"#store\/b\.ts"/);
  assert.match(brokenImports([file('src/keeper/a.ts', "import './b';")], rules)[0] ?? '', /end in "\.ts"/);
});

test('a folder without a row is told', () => {
  assert.match(brokenImports([file('src/extra/a.ts', '')], rules)[0] ?? '', /does not know/);
});

test('a package has one home, and core none of Node', () => {
  const homes = [{ name: 'undici', homes: ['outgoing/providers'] }];
  const judge = (path: string, text: string) =>
    homelessPackages([file(path, text)], homes, { folder: 'core', builtins: ['node:buffer'] });
  assert.equal(judge('src/outgoing/providers/a.ts', "import { Pool } from 'undici';").length, 0);
  assert.match(
    judge('src/gateway/a.ts', "import { Pool } from 'undici';")[0] ?? '',
    /whose home is outgoing\/providers/,
  );
  assert.match(judge('src/gateway/a.ts', "import x from 'left-pad';")[0] ?? '', /without a home/);
  assert.match(judge('src/core/money/a.ts', "import fs from 'node:fs';")[0] ?? '', /come in as values/);
  assert.equal(judge('src/core/money/a.ts', "import { Buffer } from 'node:buffer';").length, 0);
});

test('circles of values are told, circles of types are not', () => {
  const a = file('src/store/a.ts', "import { b } from './b.ts';");
  assert.match(
    importCircles([a, file('src/store/b.ts', "import { a } from './a.ts';")])[0] ?? '',
    /a\.ts → .*b\.ts → .*a\.ts/,
  );
  assert.deepEqual(importCircles([a, file('src/store/b.ts', "import type { A } from './a.ts';")]), []);
});

test('banned words are found in code and nowhere else', () => {
  const bans = [{ pattern: /\bDate\.now\b/, within: ['core'], why: 'No clock.' }];
  assert.match(
    bannedText([file('src/core/money/a.ts', 'const x = 1;\nDate.now();')], bans)[0] ?? '',
    /a\.ts:2 holds "Date\.now"/,
  );
  const silent = "// Date.now()\nconst a = 'Date.now'; const b = /Date.now/; const c = 4 / 2 / 1;";
  assert.deepEqual(bannedText([file('src/core/money/a.ts', silent)], bans), []);
  assert.equal(bannedText([file('src/core/money/a.ts', `${'const a = `${Date.now()}`;'}`)], bans).length, 1);
  assert.deepEqual(bannedText([file('src/store/a.ts', 'Date.now()')], bans), []);
});

test('content is looked into by the listed, for the listed purposes', () => {
  const revealers = [{ folder: 'gateway', purposes: ['count'] }];
  assert.equal(wrongReveals([file('src/gateway/a.ts', "body.reveal('count')")], revealers).length, 0);
  assert.match(wrongReveals([file('src/gateway/a.ts', "body.revealText('hash')")], revealers)[0] ?? '', /"hash"/);
  assert.match(wrongReveals([file('src/gateway/a.ts', "body.revealPieces('hash')")], revealers)[0] ?? '', /"hash"/);
  assert.match(wrongReveals([file('src/gateway/a.ts', 'body.reveal(why)')], revealers)[0] ?? '', /without a purpose/);
  assert.match(wrongReveals([file('src/observe/a.ts', "body.reveal('count')")], revealers)[0] ?? '', /stays closed/);
});

test('SQL outside its home is found', () => {
  const sql = 'const q = `select id\n from wallet`;';
  assert.match(strayStatements([file('src/console/a.ts', sql)], 'store')[0] ?? '', /a\.ts:1 holds SQL/);
  assert.deepEqual(strayStatements([file('src/store/a.ts', sql)], 'store'), []);
  assert.deepEqual(strayStatements([file('src/console/a.ts', "const q = 'select a model';")], 'store'), []);
});

test('names, length and barrels are judged', () => {
  assert.match(wrongNames(['src/store/wallet-utils.ts'], ['utils'])[0] ?? '', /"utils"/);
  assert.match(wrongNames(['src/store/walletRow.ts'], [])[0] ?? '', /kebab-case/);
  assert.deepEqual(wrongNames(['src/store/wallet-row.ts', 'tests/a-b.test.ts'], ['utils']), []);
  assert.equal(longFiles([file('src/store/a.ts', 'x\n'.repeat(401))], 400).length, 1);
  assert.equal(longFiles([file('src/store/a.ts', 'x\n'.repeat(400))], 400).length, 0);
  assert.equal(barrels([file('src/store/index.ts', ''), file('src/store/a.ts', "export * from './b.ts';")]).length, 2);
  assert.deepEqual(barrels([file('src/store/a.ts', 'export { b };')]), []);
});

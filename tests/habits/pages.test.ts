import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import test from 'node:test';
import { readConfig } from '#config/read-config.ts';
import { listFiles, root } from './source-files.ts';

const pages = ['.', 'docs'].flatMap((folder) =>
  listFiles(folder).filter((path) => path.endsWith('.md') && dirname(path).startsWith(folder === '.' ? '.' : 'docs')),
);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('every link between our pages leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link)) return [];
      return existsSync(join(root, posix.join(posix.dirname(page), link))) ? [] : `${page}: ${link}`;
    }),
  );
  assert.deepEqual(broken, []);
});

test('every link to a section of a page finds its heading', () => {
  const slugOf = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
  const headingsOf = (page: string) =>
    Array.from(read(page).matchAll(/^#+ (.*)$/gm), ([, heading = '']) => slugOf(heading));
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)].flatMap(([, link = '', section = '']) => {
      const target = link === '' ? page : posix.join(posix.dirname(page), link);
      return headingsOf(target).includes(section) ? [] : `${page}: ${link}#${section}`;
    }),
  );
  assert.deepEqual(broken, []);
});

test('every file that a page names in our tree exists', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:src|tests|docs|bench)\/[\w./-]+\.(?:ts|mjs|md))`/g)]
      .filter(([, path = '']) => !existsSync(join(root, path)))
      .map(([, path]) => `${page}: ${path}`),
  );
  assert.deepEqual(broken, []);
});

test('every decision stands in the index', () => {
  const index = read('docs/decisions/README.md');
  const missing = listFiles('docs/decisions').filter(
    (path) => /\/\d{4}-/.test(path) && !index.includes(posix.basename(path)),
  );
  assert.deepEqual(missing, []);
});

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });

/** What an operator would keep under such a name. */
function secretOf(name: string): string {
  if (name !== 'VERTEX_KEY') return `a-key-of-${name.toLowerCase()}`;
  return JSON.stringify({ type: 'service_account', client_email: 'a@b.example', private_key: pem });
}

test('every configuration that a page shows is accepted', async () => {
  const examples = ['README.md', 'docs/start/configuration.md'].flatMap((page) =>
    [...read(page).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => ({ page, yaml })),
  );
  assert.ok(examples.length >= 2);
  for (const { page, yaml } of examples) {
    const readFile = (path: string) => (path.endsWith('fairlead.yaml') ? yaml : undefined);
    const env = Object.fromEntries([...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [name, secretOf(name)]));
    const config = await readConfig({ env, cwd: '/srv/fairlead', readFile, now: new Date('2026-11-24T00:00:00Z') });
    assert.ok(config.upstreams.length > 0, page);
  }
});

// Builds the dashboard into web/out: after `npm ci`, or at the first visit where scripts of packages are off.
// Plain JavaScript, because an install may run it on whatever Node the machine has.
//
//   node web/build.mjs [--after-install]
//
// --after-install: whoever installs without development packages has nothing to build with, and is not told off for it.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const isAfterInstall = process.argv.includes('--after-install');

try {
  await build();
} catch (thrown) {
  if (!isAfterInstall) throw thrown;
  process.stdout.write('The dashboard will be built at its first visit.\n');
}

async function build() {
  const [{ build: bundle }, { default: react }, { default: tailwind }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
    import('@tailwindcss/vite'),
  ]);
  const out = join(here, `out-${process.pid}`);
  await bundle({
    configFile: false,
    root: here,
    base: '/console/',
    logLevel: 'error',
    plugins: [react(), tailwind(), earlyFirst()],
    build: {
      outDir: out,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      target: 'es2023',
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { index: join(here, 'index.html'), early: join(here, 'early.ts') },
        // What every page needs comes in one file: each more is one more turn of the network before anything runs.
        output: {
          codeSplitting: {
            includeDependenciesRecursively: false,
            groups: [{ name: 'first', tags: ['$initial'], test: (id) => !id.endsWith('/early.ts') }],
          },
        },
      },
    },
  });
  for (const file of filesOf(out)) compress(file);
  takePlace(out);
}

/** What asks ahead runs as soon as it is there, and so stands before the rest. */
function earlyFirst() {
  return {
    name: 'early-first',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunk = Object.values(bundle).find(({ name, isEntry }) => isEntry && name === 'early');
        const attrs = { type: 'module', crossorigin: true, async: true, src: `/console/${chunk.fileName}` };
        return { html, tags: [{ tag: 'script', attrs, injectTo: 'head-prepend' }] };
      },
    },
  };
}

/** What answers is ready before anybody asks: the smaller forms lie beside each text. */
function compress(file) {
  if (!/\.(js|css|html|svg)$/.test(file)) return;
  const bytes = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Several may build at once; each puts a whole folder in place. */
function takePlace(out) {
  const place = join(here, 'out');
  const old = `${out}-old`;
  mkdirSync(place, { recursive: true });
  renameSync(place, old);
  renameSync(out, place);
  rmSync(old, { recursive: true, force: true });
}

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Context, Hono } from 'hono';
import { addressOf, lookSheet } from './look.ts';
import { page } from './page.ts';

// The dashboard under /console: files that Vite made, read once, compressed beforehand.

const web = fileURLToPath(new URL('../../../web', import.meta.url));
const out = join(web, 'out');

type Form = { readonly bytes: Uint8Array<ArrayBuffer>; readonly encoding: 'br' | 'gzip' | undefined };
type File = { readonly type: string; readonly forms: readonly Form[] };

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const buildMs = 60_000;

/** Its own script and styles may run, and it may ask this server alone. */
export const dashboardPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export function dashboardRoutes(): Hono {
  const app = new Hono();
  const dashboard = new Dashboard();
  app.get('/console', (context) => context.redirect('/console/'));
  app.get('/console/*', async (context) => {
    const files = await dashboard.files();
    if (!files) return context.html(notBuilt(), 503);
    const name = context.req.path.slice('/console/'.length);
    const file = files.get(name);
    if (file && name !== 'index.html') return answer(context, file, 'public, max-age=31536000, immutable');
    // What looks like a file and is none was of another build; every other address is a page of the dashboard.
    if (/\.\w+$/.test(name)) return context.notFound();
    const index = files.get('index.html');
    return index ? answer(context, index, 'no-cache') : context.html(notBuilt(), 503);
  });
  return app;
}

class Dashboard {
  #files: Promise<ReadonlyMap<string, File> | undefined> | undefined;

  /** Undefined: it is not there, and could not be built. The next visitor tries again. */
  files(): Promise<ReadonlyMap<string, File> | undefined> {
    this.#files ??= this.#read();
    return this.#files;
  }

  async #read(): Promise<ReadonlyMap<string, File> | undefined> {
    if (isStale()) await build();
    if (existsSync(join(out, 'index.html'))) return readFiles();
    this.#files = undefined;
    return undefined;
  }
}

/** Where packages' scripts are off nothing was built at the install; and sources may be newer than what was. */
function isStale(): boolean {
  const built = statSync(join(out, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(web, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !relative(web, entry.parentPath).startsWith('out'),
  );
  return sources.some((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs > built);
}

/** In a process of its own, so that nobody's request waits for it; one that fails leaves what was there. */
function build(): Promise<void> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(web, 'build.mjs')], { timeout: buildMs }, () => resolve());
  });
}

function readFiles(): ReadonlyMap<string, File> {
  const names = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
    .map((entry) => relative(out, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return new Map(names.map((name) => [name, name === 'index.html' ? readIndex() : readFile(name)]));
}

function readFile(name: string): File {
  const read = (ending: string, encoding: Form['encoding']): readonly Form[] => {
    const path = `${join(out, name)}${ending}`;
    return existsSync(path) ? [{ bytes: Uint8Array.from(readFileSync(path)), encoding }] : [];
  };
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    forms: [...read('.br', 'br'), ...read('.gz', 'gzip'), ...read('', undefined)],
  };
}

/** Colours and fonts are those of the public pages, at the address that changes with them. */
function readIndex(): File {
  const link = `<link rel="stylesheet" href="${addressOf('/look.css', lookSheet)}">`;
  const html = readFileSync(join(out, 'index.html'), 'utf8').replace('<!--look-->', link);
  return { type: types['.html'] ?? '', forms: [{ bytes: new TextEncoder().encode(html), encoding: undefined }] };
}

function answer(context: Context, { type, forms }: File, cacheControl: string): Response {
  const accepted = context.req.header('accept-encoding') ?? '';
  const form = forms.find(({ encoding }) => encoding === undefined || accepted.includes(encoding));
  if (!form) return new Response(null, { status: 406 });
  return new Response(form.bytes, {
    headers: {
      ...Object.fromEntries(context.res.headers),
      'content-type': type,
      'cache-control': cacheControl,
      vary: 'accept-encoding',
      ...(form.encoding === undefined ? {} : { 'content-encoding': form.encoding }),
    },
  });
}

function notBuilt() {
  return page('The dashboard is not built', [
    'It is built when packages are installed, with "npm ci", or by "node web/build.mjs". Public pages and the API work without it.',
  ]);
}

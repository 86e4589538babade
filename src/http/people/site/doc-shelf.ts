import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked, type Tokens } from 'marked';

/** One page of docs/. */
export type Doc = {
  /** From docs/, without `.md`: `start/clients`. */
  readonly name: string;
  readonly title: string;
  readonly markdown: string;
};

const docsFolder = fileURLToPath(new URL('../../../../docs', import.meta.url));
const shelves = ['start', 'operate', 'reference', 'decisions'] as const;

export const shelfTitles: Readonly<Record<string, string>> = {
  start: 'Start',
  operate: 'Operate',
  reference: 'Reference',
  decisions: 'Decisions',
};

let read: ReadonlyMap<string, Doc> | undefined;

/** All pages, by name; read once, on the first visit. What is not among them is not there. */
export function allDocs(): ReadonlyMap<string, Doc> {
  read ??= new Map(shelves.flatMap(readShelf).map((doc) => [doc.name, doc]));
  return read;
}

function readShelf(shelf: string): readonly Doc[] {
  const files = readdirSync(join(docsFolder, shelf)).filter(
    (file) => /^[\w-]+\.md$/.test(file) && file !== 'README.md',
  );
  return files.toSorted().map((file) => {
    const markdown = readFileSync(join(docsFolder, shelf, file), 'utf8');
    const name = `${shelf}/${file.slice(0, -3)}`;
    return { name, title: /^# (.+)$/m.exec(markdown)?.[1] ?? name, markdown };
  });
}

/** HTML of a page without its title. HTML that stands in the markdown is shown as text. */
export function renderDoc({ name, markdown }: Doc): string {
  const marked = new Marked({ async: false, gfm: true });
  let tables = 0;
  marked.use({
    renderer: {
      html: ({ text }) => escaped(text),
      heading({ tokens, depth }) {
        if (depth === 1) return '';
        const inner = this.parser.parseInline(tokens);
        return `<h${depth} id="${slugOf(inner)}">${inner}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const target = linkFrom(name, href);
        return target === undefined ? inner : `<a href="${escaped(target)}">${inner}</a>`;
      },
      image: ({ text }) => escaped(text),
      code: ({ text }) => `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`,
      table(table) {
        const inner = tableOf(table, (tokens) => this.parser.parseInline(tokens));
        tables += 1;
        return `<div class="scroll" role="region" tabindex="0" aria-label="Table ${tables}"><table class="prose">${inner}</table></div>\n`;
      },
    },
  });
  return marked.parse(markdown, { async: false });
}

function tableOf({ header, rows }: Tokens.Table, inline: (tokens: Tokens.TableCell['tokens']) => string): string {
  const heads = header.map(({ tokens }) => `<th scope="col">${inline(tokens)}</th>`).join('');
  const lines = rows.map((row) => `<tr>${row.map(({ tokens }) => `<td>${inline(tokens)}</td>`).join('')}</tr>`);
  return `<thead><tr>${heads}</tr></thead><tbody>${lines.join('\n')}</tbody>`;
}

/** Where a link of a page leads here; undefined: to a file that is no page, or to no address that a page should lead to. */
function linkFrom(name: string, href: string): string | undefined {
  if (/^(https?:|mailto:|#)/.test(href)) return href;
  const [path = '', section] = href.split('#');
  const target = posix.join(posix.dirname(name), path).replace(/\.md$/, '');
  if (!allDocs().has(target)) return target === 'decisions/README' ? '/docs#decisions' : undefined;
  return `/docs/${target}${section === undefined ? '' : `#${section}`}`;
}

/** As the links between pages write it. */
function slugOf(heading: string): string {
  return heading
    .replace(/<[^>]*>|&\w+;/g, '')
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

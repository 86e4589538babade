import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { answerPage, answerText, both } from '../answer-page.ts';
import { type Part, page } from '../page.ts';
import { allDocs, type Doc, renderDoc, shelfTitles } from './doc-shelf.ts';

type DocList = readonly Pick<Doc, 'name' | 'title'>[];

/** The pages of docs/, as they lie in the repository. */
export function docRoutes(): Hono {
  const app = new Hono();
  const list = (): DocList => [...allDocs().values()].map(({ name, title }) => ({ name, title }));
  both(app, '/docs', { look: () => Promise.resolve(list()), render: docsPage });
  app.get('/docs/:shelf/:file', async (context) => {
    const { shelf, file } = context.req.param();
    const [, name = '', ending] = /^([\w-]+)(\.json|\.md)?$/.exec(file) ?? [];
    const doc = allDocs().get(`${shelf}/${name}`);
    if (!doc) return await context.notFound();
    if (ending === '.md') return answerText(context, doc.markdown, 'text/markdown; charset=utf-8');
    return await answerPage(context, doc, ending === undefined ? () => docPage(doc, list()) : undefined);
  });
  return app;
}

function docsPage(docs: DocList): ReturnType<typeof page> {
  const groups = Object.entries(shelfTitles).map(
    ([shelf, title]) =>
      html`<section><h2 id="${shelf}">${title}</h2><ul>${docs
        .filter(({ name }) => name.startsWith(`${shelf}/`))
        .map(({ name, title: each }) => html`<li><a href="/docs/${name}">${each}</a></li>`)}</ul></section>`,
  );
  return page(
    'Docs',
    [
      html`<p class="lead">Begin with <a href="/docs/start/first-request">the first request</a>, or find
<a href="/docs/start/clients">the line for your program</a>.</p><div class="columns halves">${groups}</div>`,
    ],
    { path: '/docs', twin: '/docs.json', about: 'How to use and operate this Fairlead.' },
  );
}

function docPage(doc: Doc, docs: DocList): ReturnType<typeof page> {
  return page(
    doc.title,
    [
      html`<div class="columns"><nav class="aside" aria-label="Docs">${navOf(docs, doc.name)}</nav><article>${raw(renderDoc(doc))}</article></div>`,
    ],
    { path: `/docs/${doc.name}`, twin: `/docs/${doc.name}.json` },
  );
}

function navOf(docs: DocList, here: string): Part {
  return html`${Object.entries(shelfTitles).map(
    ([shelf, title]) =>
      html`<h2>${title}</h2><ul>${docs
        .filter(({ name }) => name.startsWith(`${shelf}/`))
        .map(
          ({ name, title: each }) =>
            html`<li>${
              name === here
                ? html`<a href="/docs/${name}" aria-current="page">${each}</a>`
                : html`<a href="/docs/${name}">${each}</a>`
            }</li>`,
        )}</ul>`,
  )}`;
}

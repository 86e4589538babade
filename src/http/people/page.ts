import { html } from 'hono/html';

type Part = string | ReturnType<typeof html>;

/** One page: a title and its paragraphs; texts are escaped, parts of our own are not. */
export function page(title: string, parts: readonly Part[]) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>${title}</h1>
${parts.map((part) => (typeof part === 'string' ? html`<p>${part}</p>` : part))}
</main>
</body>
</html>`;
}

export const styleSheet = `:root { color-scheme: light dark; --ink: #0f1b2d; --paper: #fbfaf7; --line: #0f1b2d1a; --accent: #0b7a75; --on: #fff; --stop: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --paper: #0e141d; --line: #e8ecf226; --accent: #3fb8af; --on: #0e141d; --stop: #ff8a80; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 450 16px/1.5 system-ui, sans-serif; }
main { max-width: 36rem; margin: 0 auto; padding: 48px 20px; }
main:has(table) { max-width: 60rem; }
h1 { font-size: 28px; font-weight: 600; line-height: 1.2; margin: 0 0 16px; }
p { margin: 0 0 12px; }
form { display: grid; gap: 16px; margin: 24px 0 0; }
label { display: grid; gap: 4px; font-size: 14px; font-weight: 600; }
label small { font-weight: 450; }
input { font: inherit; padding: 8px 10px; border: 1px solid color-mix(in srgb, var(--ink) 55%, transparent); border-radius: 6px; background: transparent; color: inherit; }
button { font: inherit; font-weight: 600; justify-self: start; padding: 8px 16px; border: 0; border-radius: 6px; background: var(--accent); color: var(--on); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.stop { color: var(--stop); font-weight: 600; }
h2 { font-size: 20px; font-weight: 600; margin: 32px 0 8px; }
a { color: var(--accent); }
small { font-size: 13px; }
ins { text-decoration: underline; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; white-space: nowrap; }
code { font: 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
`;

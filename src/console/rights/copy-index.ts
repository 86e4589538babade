import { rightsFacts } from '#core/privacy/rights/article-15.ts';
import type { CopiedTable, CopyFacts } from './copy-facts.ts';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884}';

/** The page of a copy that people read first: whose it is, what is in it, and the facts of Article 15. */
export function copyIndex({ of, made_at, operator, recipients }: CopyFacts, tables: readonly CopiedTable[]): string {
  const rows = tables
    .map(
      ({ kind, rows: count, files }) =>
        `<tr><th scope="row">${escaped(kind.what)}</th><td>${count}</td><td>${escaped(kind.purposes.join('; '))}</td><td>${escaped(kind.kept.join('; '))}</td><td>${files
          .map((name) => `<a href="${escaped(name)}">${escaped(name.split('.').at(-1) ?? '')}</a>`)
          .join(' ')}</td></tr>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A copy of your data</title><style>${style}</style></head><body>
<h1>A copy of your data</h1>
<p>${escaped(of.name)}, ${escaped(of.email)}, known in logs as ${escaped(of.id)}. Made on ${escaped(made_at)} by ${escaped(operator.name)}, who can be reached at ${escaped(operator.contact)}. What you asked models and what they answered is not in it: it is kept nowhere.</p>
<h2>What is kept</h2>
<table><thead><tr><th scope="col">What</th><th scope="col">Rows</th><th scope="col">What for</th><th scope="col">How long</th><th scope="col">Files</th></tr></thead><tbody>
${rows}
</tbody></table>
<h2>Who gets it</h2>
${list(recipients.map(({ name, role, receives, region }) => `${name} (${region}): ${role}; ${receives}`))}
<h2>Where it comes from</h2>
${list(rightsFacts.sources)}
<h2>What you may ask</h2>
${list(rightsFacts.rights)}
<h2>Decisions by machine</h2>
<p>${escaped(rightsFacts.automated_decisions)}</p>
<p>manifest.json has the SHA-256 of each file.</p>
</body></html>
`;
}

function list(lines: readonly string[]): string {
  return lines.length === 0
    ? '<p>Nobody.</p>'
    : `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestSplices } from '#core/protocol/openai-chat/splices.ts';
import { repository } from '../support/run-result.ts';

export const splicesPage = join(repository, 'docs/reference/splices.md');

/** docs/reference/splices.md, made from the tables in code. */
export function renderSplicesPage(): string {
  const rows = requestSplices.map(
    ({ field, when, why }) =>
      `| ${field
        .split(', ')
        .map((name) => `\`${name}\``)
        .join(', ')} | ${when} | ${why} |`,
  );
  return `${[...preface, ...rows, ...afterword].join('\n')}\n`;
}

const preface = [
  '# Splices',
  '',
  '<!-- Made from src/core/protocol/openai-chat/splices.ts. Do not edit: run `node tests/protocols/splices-page.ts`. -->',
  '',
  'Where caller and upstream speak the same protocol, request and reply keep their bytes. Nothing is parsed and written',
  'anew: unknown fields, their order, white space and escapes reach the other side as they were sent. What is changed all',
  'the same stands here, and the record of each generation names the splices that were made for it.',
  '',
  '## OpenAI Chat Completions: the request',
  '',
  '| field | when | why |',
  '|---|---|---|',
];

const afterword = [
  '',
  'Fields that are added come first in the object. Headers are not passed on: an upstream gets its own credential, the type',
  'of the body and `user-agent: fairlead`.',
  '',
  '## OpenAI Chat Completions: the reply',
  '',
  '| what | when | why |',
  '|---|---|---|',
  '| the chunk that carries usage alone | left out when the caller did not ask for it | it came because we asked |',
  '| an error in the stream, and half an event | replaced by an error of ours, without `[DONE]` | the words of an upstream may quote content, and a broken stream must not look whole |',
  '| `: keepalive` | added between events when there was nothing to say for a while | nobody in between hangs up |',
  '| `data: [DONE]` | added when the upstream finished its answer and left it out | programs wait for it |',
  '',
  '`model` in a reply stays what the upstream said.',
];

if (import.meta.main) writeFileSync(splicesPage, renderSplicesPage());

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestSplices as messagesSplices } from '#core/protocol/anthropic-messages/splices.ts';
import { requestSplices as geminiEmbeddingsSplices } from '#core/protocol/gemini-embeddings/splices.ts';
import { requestSplices as geminiSplices } from '#core/protocol/gemini-generate/splices.ts';
import { requestSplices as chatSplices } from '#core/protocol/openai-chat/splices.ts';
import { requestSplices as completionsSplices } from '#core/protocol/openai-completions/splices.ts';
import { requestSplices as responsesSplices } from '#core/protocol/openai-responses/splices.ts';
import { repository } from '../support/run-result.ts';

export const splicesPage = join(repository, 'docs/reference/splices.md');

type Splice = { readonly field: string; readonly when: string; readonly why: string };
type ReplyChange = readonly [what: string, when: string, why: string];

/** One section of the page. The tables of requests are the code's own; what happens to replies is told here. */
export type Section = {
  readonly protocol: string;
  readonly title: string;
  readonly request: readonly Splice[];
  readonly note: string;
  readonly reply: readonly ReplyChange[];
  readonly replyNote?: string;
};

const why = {
  error: 'the words of an upstream may quote content, and a broken stream must not look whole',
  heartbeat: 'nobody in between hangs up',
} as const;

export const sections: readonly Section[] = [
  {
    protocol: 'openai-chat',
    title: 'OpenAI Chat Completions',
    request: chatSplices,
    note: 'In the record the limit is called `max_tokens` whichever field had it, and the last row `foreign_state`.',
    reply: [
      ['the chunk that carries usage alone', 'left out when the caller did not ask for it', 'it came because we asked'],
      ['an error in the stream, and half an event', 'replaced by an error of ours, without `[DONE]`', why.error],
      ['`: keepalive`', 'added between events when there was nothing to say for a while', why.heartbeat],
      ['`data: [DONE]`', 'added when the upstream finished its answer and left it out', 'programs wait for it'],
    ],
  },
  {
    protocol: 'openai-responses',
    title: 'OpenAI Responses',
    request: responsesSplices,
    note: '',
    reply: [
      [
        'an error in the stream, half an event, and `response.failed`',
        'replaced by a `response.failed` of ours, with the id of the response and the next sequence number',
        why.error,
      ],
      ['`: keepalive`', 'added between events when there was nothing to say for a while', why.heartbeat],
    ],
    replyNote: 'A stream without its own terminal event is cut: nothing is added to it.',
  },
  {
    protocol: 'anthropic-messages',
    title: 'Anthropic Messages',
    request: messagesSplices,
    note: 'The headers `anthropic-version` and `anthropic-beta` go along as the caller sent them.',
    reply: [
      [
        'an error in the stream, and half an event',
        'replaced by an `error` event of ours, without `message_stop`',
        why.error,
      ],
      ['`ping`', 'added between events when there was nothing to say for a while', why.heartbeat],
      ['`message_stop`', 'added when the upstream told why it stopped and left it out', 'programs wait for it'],
    ],
  },
  {
    protocol: 'gemini-generate',
    title: 'Gemini generateContent',
    request: geminiSplices,
    note: 'The limit stands in `generationConfig.maxOutputTokens`; both spellings of a field are read, and the one that is there stays.',
    reply: [
      ['an error in the stream, and half an event', 'replaced by an error of ours', why.error],
      ['`: keepalive`', 'added between events when there was nothing to say for a while', why.heartbeat],
      [
        'the events of a stream',
        'become the elements of one JSON list for a caller that did not say `alt=sse`',
        'so does Google; a heartbeat is an empty line there, and half an element is left out',
      ],
    ],
  },
  {
    protocol: 'gemini-embeddings',
    title: 'Gemini embedContent and batchEmbedContents',
    request: geminiEmbeddingsSplices,
    note: '',
    reply: [],
    replyNote: 'Nothing.',
  },
  {
    protocol: 'openai-completions',
    title: 'Older completions',
    request: completionsSplices,
    note: 'Of embeddings, moderation, rerank and pictures the first two rows hold. Where the body is a form, the value of its part `model`, and that of `user`, is all that is changed.',
    reply: [
      ['the chunk that carries usage alone', 'left out when the caller did not ask for it', 'it came because we asked'],
      ['an error in the stream, and half an event', 'replaced by an error of ours, without `[DONE]`', why.error],
      ['`: keepalive`', 'added between events when there was nothing to say for a while', why.heartbeat],
      ['`data: [DONE]`', 'added when the upstream finished its answer and left it out', 'programs wait for it'],
    ],
  },
];

/** docs/reference/splices.md, made from the tables in code. */
export function renderSplicesPage(): string {
  return `${[...preface, ...sections.flatMap(renderSection), ...afterword].join('\n')}\n`;
}

function renderSection({ title, request, note, reply, replyNote }: Section): readonly string[] {
  return [
    '',
    `## ${title}: the request`,
    '',
    '| field | when | why |',
    '|---|---|---|',
    ...request.map(({ field, when, why }) => `| ${code(field)} | ${when} | ${why} |`),
    ...(note === '' ? [] : ['', note]),
    '',
    `## ${title}: the reply`,
    '',
    ...(reply.length === 0 ? [] : ['| what | when | why |', '|---|---|---|']),
    ...reply.map((row) => `| ${row.join(' | ')} |`),
    ...(replyNote === undefined ? [] : reply.length === 0 ? [replyNote] : ['', replyNote]),
  ];
}

function code(field: string): string {
  return field
    .split(', ')
    .map((name) => `\`${name}\``)
    .join(', ');
}

const preface = [
  '# Splices',
  '',
  '<!-- Made from the tables in src/core/protocol/*/splices.ts. Do not edit: run `node tests/protocols/splices-page.ts`. -->',
  '',
  'Where caller and upstream speak the same protocol, request and reply keep their bytes. Nothing is parsed and written',
  'anew: unknown fields, their order, white space and escapes reach the other side as they were sent. What is changed all',
  'the same stands here, and the record of each generation names the splices that were made for it. Where they speak',
  'different protocols, nothing is spliced and everything is [translated](dialects.md).',
  '',
  '`foreign_state` is no field. It stands for the signatures of other families of models that Fairlead had',
  '[wrapped](dialects.md#signatures) for this caller: they are taken out, since only their makers can read them.',
];

const afterword = [
  '',
  '## All of them',
  '',
  'Fields that are added come first in their object. Headers are not passed on: an upstream gets its own credential, the type',
  "of the body, `user-agent: fairlead`, and of the caller's head only `anthropic-version`, `anthropic-beta` and `openai-beta`,",
  'each where it speaks that dialect.',
  '',
  "`model` in a reply stays what the upstream said. Below `/api/v1`, where OpenRouter's callers come, replies wear another",
  '[dress](dialects.md#openrouters-dress), and the bytes do change.',
];

if (import.meta.main) writeFileSync(splicesPage, renderSplicesPage());

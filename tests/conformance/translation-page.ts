import { Fault } from '#core/generation/fault.ts';
import { bedrockConverse } from '#core/protocol/bedrock-converse/bedrock-converse.ts';
import type { EncodedRequest, Protocol } from '#core/protocol/protocol.ts';
import { askOf, newerModelOf } from './ask.ts';
import { type Feature, features } from './features.ts';
import { type Dialect, dialects } from './oracle/summary.ts';

/** What an upstream of one dialect is told of one feature, found by asking the encoder itself. */
export function outcomeOf(protocol: Protocol, { request }: Feature, provider?: string): string {
  const ask = askOf(protocol.name, { model: newerModelOf(protocol.name), provider });
  return told(() => protocol.encodeRequest(request, ask));
}

/** Bedrock's own dialect, which no caller speaks. */
function converseOutcome({ request }: Feature): string {
  const model = 'anthropic.claude-opus-5-v1:0';
  return told(() => bedrockConverse.encodeRequest(request, askOf('anthropic-messages', { model })));
}

function told(encode: () => EncodedRequest): string {
  try {
    const { dropped } = encode();
    return dropped.length === 0 ? 'carried' : `left out: ${dropped.map((word) => `\`${word}\``).join(', ')}`;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return 'refused';
  }
}

type Column = { readonly title: string; readonly dialect: Dialect; readonly provider?: string };

const columns: readonly Column[] = [
  { title: 'Chat, OpenAI', dialect: 'openai-chat' },
  { title: 'Chat, others', dialect: 'openai-chat', provider: 'other' },
  { title: 'Responses', dialect: 'openai-responses' },
  { title: 'Messages', dialect: 'anthropic-messages' },
  { title: 'Gemini', dialect: 'gemini-generate' },
];

/** docs/reference/translation.md, computed from the encoders. */
export function renderTranslationPage(protocols: ReadonlyMap<Dialect, Protocol>): string {
  const missing = dialects.filter((name) => !protocols.has(name));
  if (missing.length > 0) throw new Error(`not there yet: ${missing.join(', ')}`);
  const groups = [...new Set(features.map(({ group }) => group))];
  return `${[...preface, ...groups.flatMap((group) => renderGroup(group, protocols)), ...afterword].join('\n')}\n`;
}

function renderGroup(group: string, protocols: ReadonlyMap<Dialect, Protocol>): string[] {
  const rows = features
    .filter((feature) => feature.group === group)
    .map((feature) => {
      const cells = columns.map(({ dialect, provider }) => {
        const protocol = protocols.get(dialect);
        return protocol === undefined ? '' : outcomeOf(protocol, feature, provider);
      });
      cells.push(converseOutcome(feature));
      return `| ${[feature.name, ...cells].join(' | ')} |`;
    });
  const titles = [...columns.map(({ title }) => title), 'Converse, Claude'];
  return [
    `## ${group}`,
    '',
    `| what is asked | ${titles.join(' | ')} |`,
    `|---${'|---'.repeat(titles.length)}|`,
    ...rows,
    '',
  ];
}

const preface = [
  '# Translation',
  '',
  '<!-- Made by asking every encoder. Do not edit: run `node tests/conformance/write-matrix.ts`. -->',
  '',
  'Where caller and upstream speak different protocols, the request is taken apart and written anew in the dialect of the',
  'upstream. This page says, for each thing that a request can ask, what an upstream of each protocol is told of it.',
  '',
  '- **carried**: it is told, in the words of that dialect.',
  '- **left out**: the dialect, or the provider, has no words for it. The words stand in `x-fairlead-dropped` and in the',
  '  record of the generation; in strict mode the request is refused instead.',
  '- **refused**: it cannot be left out without changing what was asked.',
  '',
  'Models differ too; what stands here holds for the newest ones.',
  'Where caller and upstream speak the same protocol nothing is translated: see [splices](splices.md).',
  '',
];

const afterword = [
  'Stored files, opaque reasoning and tools that a provider runs itself mean something to their own family alone. A',
  "signature that a model gave stays with the caller, wrapped in the caller's dialect, and returns to the family that made it.",
];

import assert from 'node:assert/strict';
import { z } from 'zod';
import type { Tool } from '../../sdks/sdk-row.ts';
import type { Cell, GridFeature } from '../cell.ts';
import { textOf } from '../recorder.ts';

export const tools: readonly GridFeature[] = [
  { name: 'tool loop', run: (cell) => loops(cell, { stream: false, both: false }) },
  { name: 'tool loop, streamed', need: 'tools-streamed', run: (cell) => loops(cell, { stream: true, both: false }) },
  { name: 'two tools at once', run: (cell) => loops(cell, { stream: false, both: true }) },
  { name: 'two tools, streamed', need: 'tools-streamed', run: (cell) => loops(cell, { stream: true, both: true }) },
  {
    name: 'tool loop over a message thread',
    only: ({ loopAsIs }) => loopAsIs !== undefined,
    async run({ driver, model, tag }) {
      const { given, kit } = toolsOf(tag);
      const said = await driver.loopAsIs?.({ model: model('tool'), text: `Will it rain at ${tag}?` }, kit);
      assert.equal(given.length, 1);
      assert.match(said ?? '', new RegExp(`The tool answered: .*${tag} lies in fog`));
    },
  },
  {
    name: 'structured output',
    async run({ driver, model, tag }) {
      const schema = z.object({
        place: z.string(),
        depth: z.number(),
        tide: z.enum(['in', 'out']),
        calls: z.array(z.object({ at: z.string(), open: z.boolean() })),
      });
      schema.parse(await driver.shape({ model: model('echo'), text: `Report from ${tag}` }, schema));
    },
  },
  { name: 'reasoning over two turns', need: 'reasoning', run: (cell) => reasons(cell, false) },
  {
    name: 'reasoning, streamed',
    need: 'reasoning-streamed',
    run: (cell) => reasons(cell, true),
  },
];

async function loops({ driver, model, tag }: Cell, how: { stream: boolean; both: boolean }): Promise<void> {
  const { given, kit } = toolsOf(tag);
  const text = how.both ? `What do the sky and the sea do at ${tag}, tell me both` : `Will it rain at ${tag}?`;
  const said = await driver.loop({ model: model('tool'), text }, kit, how.stream);
  assert.equal(given.length, how.both ? 2 : 1, `${given.length} calls`);
  assert.match(said, new RegExp(`The tool answered: .*${tag} lies in fog`));
}

/** A signature that does not come back as it was given is refused by the simulator, as it is by its model. */
async function reasons(cell: Cell, stream: boolean): Promise<void> {
  const { driver, model, tag } = cell;
  const { given, kit } = toolsOf(tag);
  const { reasoning, text } = await driver.reason(
    { model: model('think-tool'), text: `Weigh the sky of ${tag}` },
    kit,
    stream,
  );
  assert.ok(given.length >= 1, 'no tool was called');
  // OpenAI's own chat shows no reasoning, and to ask Responses for a summary takes a verified organisation: who only says
  // how hard to think gets the answer, and the proof goes back all the same.
  const isHidden = cell.row.surface === '/v1/chat/completions' && cell.dialect === 'openai-responses';
  if (!isHidden) assert.ok(reasoning.length > 20, `the SDK saw no reasoning: ${JSON.stringify(reasoning)}`);
  assert.ok(text.length > 0, 'no final answer');
  const [first, second] = cell.sent;
  if (!cell.canSeeUpstream || first === undefined || second === undefined) return;
  // In chat nobody promises to take reasoning back.
  if (cell.dialect === 'openai-chat' || cell.row.lacks['reasoning-proof'] !== undefined) return;
  const proof = findProof(textOf(first.reply));
  if (proof !== undefined) assert.ok(textOf(second.request).includes(proof), `the proof ${proof} did not go back`);
}

/** What a provider gives along with reasoning, so that it knows its own when it comes back. */
function findProof(reply: string): string | undefined {
  const [, proof] =
    /"(?:signature|thoughtSignature|encrypted_content|reasoning_signature|data)":\s*"([^"]{16,})"/.exec(reply) ?? [];
  return proof;
}

function toolsOf(tag: string) {
  const given: unknown[] = [];
  const run = (input: unknown) => {
    given.push(input);
    return `${tag} lies in fog`;
  };
  const kit: readonly Tool[] = [
    { name: 'weather', description: 'What the sky does', input: z.object({ place: z.string() }), run },
    {
      name: 'tide',
      description: 'What the sea does',
      input: z.object({ harbour: z.string(), hours: z.number() }),
      run,
    },
  ];
  return { given, kit };
}

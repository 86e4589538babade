import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';

// What the checks ask, without the model. `suite` are the cases of the Open Responses compliance suite, by its own ids;
// what it asks in several steps, and what needs a configuration of its own, stands in responses.test.ts.

type Ask = Readonly<Record<string, unknown>>;

const said = (role: string, content: unknown) => ({ type: 'message', role, content });
const question = 'What is the weather in Reykjavík?';

const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'Tells the weather of a place',
  parameters: {
    type: 'object',
    properties: { location: { type: 'string', description: 'A town' } },
    required: ['location'],
  },
};

const tide = {
  type: 'function',
  name: 'get_tide',
  parameters: { type: 'object', properties: { harbour: { type: 'string' } }, required: ['harbour'] },
};

/** One pixel. */
const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const basic: Ask = { input: [said('user', 'Say hello in three words')] };
const systemMessage: Ask = { input: [said('system', 'You are a sailor.'), said('user', 'Say hello')] };
export const instructions: Ask = { instructions: 'You are a sailor.', input: 'Say hello' };
export const toolCall: Ask = { input: [said('user', question)], tools: [weather] };
const imageInput: Ask = {
  input: [
    said('user', [
      { type: 'input_text', text: 'What is in this picture?' },
      { type: 'input_image', image_url: picture },
    ]),
  ],
};
const multiTurn: Ask = {
  input: [
    said('user', 'My name is Ask.'),
    said('assistant', 'Hello Ask, how can I help?'),
    said('user', 'What is my name?'),
  ],
};

/** A page that says its title. */
const page = `data:application/pdf;base64,${Buffer.from('%PDF-1.1\n1 0 obj\n<< /Title (Tides) >>\nendobj\n%%EOF').toString('base64')}`;
const fileInput: Ask = {
  input: [
    said('user', [
      { type: 'input_text', text: 'What is the title of this file?' },
      { type: 'input_file', filename: 'tides.pdf', file_data: page },
    ]),
  ],
};

/** https://github.com/openresponses/openresponses, src/lib/compliance-tests.ts */
export const suite: Readonly<Record<string, Ask>> = {
  'basic-response': basic,
  'streaming-response': basic,
  'system-prompt': systemMessage,
  'image-input': imageInput,
  'file-input': fileInput,
  'multi-turn': multiTurn,
};

export const twoCalls: Ask = { input: `Both, please: ${question}`, tools: [weather, tide], parallel_tool_calls: true };
export const forcedCall: Ask = {
  input: question,
  tools: [weather, tide],
  tool_choice: { type: 'function', name: 'get_tide' },
};
export const freeCall: Ask = {
  input: 'Change the file',
  tools: [{ type: 'custom', name: 'apply_patch', description: 'Changes files' }],
};
export const reasoned: Ask = {
  input: 'Is a whale a fish?',
  include: ['reasoning.encrypted_content'],
  reasoning: { effort: 'medium', summary: 'auto' },
  store: false,
};
export const structured: Ask = {
  input: 'A person, please',
  text: {
    format: {
      type: 'json_schema',
      name: 'person',
      strict: true,
      schema: {
        type: 'object',
        properties: { name: { type: 'string' }, age: { type: 'integer' } },
        required: ['name', 'age'],
        additionalProperties: false,
      },
    },
  },
};
export const short: Ask = { input: 'Tell me a story', max_output_tokens: 16 };
/** Every field that a response repeats. */
export const settings: Ask = {
  input: 'Hello',
  instructions: 'Be brief.',
  metadata: { topic: 'weather' },
  temperature: 0.5,
  top_p: 0.9,
  max_output_tokens: 100,
  parallel_tool_calls: false,
  prompt_cache_key: 'k',
  service_tier: 'default',
  text: { format: { type: 'text' }, verbosity: 'low' },
  tools: [weather],
  tool_choice: 'none',
  truncation: 'disabled',
  store: false,
};

const codexFile = new URL('../fixtures/openai-responses/codex-request.json', import.meta.url);

/** As Codex asks, but for the sealed reasoning, which is of nobody's making. */
export function codexAsk(): Ask {
  const { model: _, input, ...rest } = JSON.parse(readFileSync(codexFile, 'utf8'));
  return { ...rest, input: input.filter(({ type }: { type: string }) => type !== 'reasoning') };
}

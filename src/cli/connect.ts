/** What a program is told so that it asks this Fairlead; where its own manual wants it. */
type Block = { readonly file: string; readonly text: string };

type Told = { readonly url: string; readonly key: string; readonly model: string };

type Client = { readonly name: string; readonly blocks: (told: Told) => readonly Block[] };

const shell = 'shell';

/** As docs/start has them, a page each; codex, gemini and opencode are run that way by tests/programs. */
export const clients: readonly Client[] = [
  {
    name: 'claude-code',
    blocks: ({ url, key, model }) => [
      {
        file: shell,
        text: `export ANTHROPIC_BASE_URL=${url}
export ANTHROPIC_AUTH_TOKEN=${key}
export ANTHROPIC_MODEL=${model}
export ANTHROPIC_SMALL_FAST_MODEL=${model}
claude`,
      },
    ],
  },
  {
    name: 'codex',
    blocks: ({ url, key, model }) => [
      {
        file: '~/.codex/config.toml',
        text: `model = "${model}"
model_provider = "fairlead"

[model_providers.fairlead]
name = "Fairlead"
base_url = "${url}/v1"
env_key = "FAIRLEAD_KEY"
wire_api = "responses"`,
      },
      { file: shell, text: `export FAIRLEAD_KEY=${key}\ncodex` },
    ],
  },
  {
    name: 'gemini',
    blocks: ({ url, key, model }) => [
      { file: '~/.gemini/settings.json', text: '{ "security": { "auth": { "selectedType": "gemini-api-key" } } }' },
      {
        file: shell,
        text: `export GEMINI_API_KEY=${key}
export GOOGLE_GEMINI_BASE_URL=${url}
gemini -m ${model}`,
      },
    ],
  },
  {
    name: 'opencode',
    blocks: ({ url, key, model }) => [
      {
        file: 'opencode.json',
        text: `{
  "model": "fairlead/${model}",
  "provider": {
    "fairlead": {
      "npm": "@ai-sdk/anthropic",
      "options": { "baseURL": "${url}/v1", "apiKey": "{env:FAIRLEAD_KEY}" },
      "models": { "${model}": {} }
    }
  }
}`,
      },
      { file: shell, text: `export FAIRLEAD_KEY=${key}\nopencode` },
    ],
  },
  {
    name: 'openai',
    blocks: ({ url, key }) => [{ file: shell, text: `export OPENAI_BASE_URL=${url}/v1\nexport OPENAI_API_KEY=${key}` }],
  },
];

export const toldOtherwise: Told = { url: 'http://127.0.0.1:8080', key: 'sk-fl-…', model: 'sandbox/echo' };

/** The blocks to paste, each with where it belongs; undefined: no such client. */
export function connectText(name: string, told: Told): string | undefined {
  const client = clients.find((each) => each.name === name);
  if (!client) return undefined;
  const place = ({ file }: Block) => (file === shell ? '# In the shell' : `# ${file}`);
  return client
    .blocks(told)
    .map((block) => `${place(block)}\n${block.text}\n`)
    .join('\n');
}

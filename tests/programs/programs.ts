// Coding agents without a screen, told to use Fairlead in the way that their own manuals say.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One program at one of Fairlead's surfaces. */
export type Program = {
  readonly name: string;
  readonly surface: string;
  /** Writes the program's own settings below `home`, and says how it is started. */
  prepare(task: Task): Start;
};

export type Task = {
  /** Empty folders of this run alone. */
  readonly home: string;
  readonly work: string;
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly prompt: string;
};

export type Start = {
  /** Its name in node_modules/.bin. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

const codex: Program = {
  name: 'codex 0.169',
  surface: '/v1/responses',
  prepare({ home, url, key, model, prompt }) {
    mkdirSync(join(home, '.codex'));
    const provider = `model_providers.gw={name="gw",base_url="${url}/v1",env_key="GW_KEY",wire_api="responses"}`;
    // Its own sandbox needs rights that a container seldom has; the task runs one harmless command.
    const args = ['exec', '--skip-git-repo-check', '--sandbox', 'danger-full-access'];
    return {
      command: 'codex',
      args: [...args, '-c', 'model_provider=gw', '-c', provider, '-m', model, prompt],
      env: { CODEX_HOME: join(home, '.codex'), GW_KEY: key },
    };
  },
};

const geminiCli: Program = {
  name: 'gemini-cli 0.61',
  surface: '/v1beta/models',
  prepare({ home, url, key, model, prompt }) {
    mkdirSync(join(home, '.gemini'));
    const settings = {
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      // Its first tool would be another agent.
      tools: { core: ['read_file'] },
    };
    writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(settings));
    return {
      command: 'gemini',
      args: ['-m', model, '-p', prompt],
      env: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_TRUST_WORKSPACE: 'true' },
    };
  },
};

type Wire = { readonly surface: string; readonly package: string; readonly api: string; readonly path: string };

/** What opencode and pi call the four surfaces, and where each wants its address to end. */
const wires: readonly Wire[] = [
  {
    surface: '/v1/chat/completions',
    package: '@ai-sdk/openai-compatible',
    api: 'openai-completions',
    path: '/v1',
  },
  { surface: '/v1/responses', package: '@ai-sdk/openai', api: 'openai-responses', path: '/v1' },
  { surface: '/v1/messages', package: '@ai-sdk/anthropic', api: 'anthropic-messages', path: '/v1' },
  { surface: '/v1beta/models', package: '@ai-sdk/google', api: 'google-generative-ai', path: '/v1beta' },
];

const opencode = (wire: Wire): Program => ({
  name: 'opencode 1.18',
  surface: wire.surface,
  prepare({ work, url, key, model, prompt }) {
    const provider = { npm: wire.package, options: { baseURL: `${url}${wire.path}`, apiKey: key } };
    const settings = {
      autoupdate: false,
      share: 'disabled',
      enabled_providers: ['gw'],
      model: `gw/${model}`,
      small_model: `gw/${model}`,
      provider: { gw: { ...provider, models: { [model]: {} } } },
    };
    writeFileSync(join(work, 'opencode.json'), JSON.stringify(settings));
    return {
      command: 'opencode',
      args: ['run', '-m', `gw/${model}`, prompt],
      env: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
    };
  },
});

const pi = (wire: Wire): Program => ({
  name: 'pi 0.73',
  surface: wire.surface,
  prepare({ home, url, key, model, prompt }) {
    mkdirSync(join(home, '.pi', 'agent'), { recursive: true });
    // Anthropic's own package adds the version itself.
    const baseUrl = wire.api === 'anthropic-messages' ? url : `${url}${wire.path}`;
    const provider = { baseUrl, api: wire.api, apiKey: key, models: [{ id: model }] };
    writeFileSync(join(home, '.pi', 'agent', 'models.json'), JSON.stringify({ providers: { gw: provider } }));
    return {
      command: 'pi',
      args: ['--provider', 'gw', '--model', model, '-p', prompt],
      env: { PI_OFFLINE: '1' },
    };
  },
});

export const programs: readonly Program[] = [codex, ...wires.map(opencode), geminiCli, ...wires.map(pi)];

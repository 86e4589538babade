// What stands behind Fairlead: one upstream for each dialect, all at one simulator, and the built-in sandbox.
import type { UpstreamDialect } from '../sdks/sdk-row.ts';

export type Column = {
  readonly name: string;
  /** What the upstream is asked in; the built-in sandbox is asked in whatever the caller speaks. */
  readonly dialect: UpstreamDialect | undefined;
  /** The public name of a model of the simulator. */
  model(name: string): string;
};

type UpstreamColumn = Column & {
  readonly provider: string;
  readonly basePath: string;
  readonly dialect: UpstreamDialect;
  /** What stands before the simulator's own name of a model, and tells whose model it plays. */
  readonly maker?: string;
  /** More lines of its upstream. */
  readonly settings?: readonly string[];
};

export const upstreamColumns: readonly UpstreamColumn[] = [
  upstream({ name: 'chat', provider: 'openai', dialect: 'openai-chat', basePath: '/v1' }),
  upstream({ name: 'responses', provider: 'openai', dialect: 'openai-responses', basePath: '/v1' }),
  upstream({ name: 'anthropic', provider: 'anthropic', dialect: 'anthropic-messages', basePath: '/v1' }),
  upstream({ name: 'gemini', provider: 'google', dialect: 'gemini-generate', basePath: '/v1beta' }),
  upstream({
    ...{ name: 'bedrock', provider: 'amazon', dialect: 'bedrock-converse', basePath: '' },
    maker: 'eu.anthropic.claude-sonnet-4-5-v1:0/',
    settings: ['cloud: bedrock', 'region: eu-central-1', 'access_key_id: AKIDEXAMPLE', 'secret_access_key: unsaid'],
  }),
];

export const sandboxColumn: Column = { name: 'sandbox', dialect: undefined, model: (name) => `sandbox/${name}` };

/** The models of `leavingModel`, which are told apart in the simulator's lines by nothing but their names. */
export const leavingMax = 40;

export function leavingModel(row: number): string {
  return `pace-150-${400 + row}`;
}

/** 12 words, one each 60 ms. */
export const pacedModel = 'pace-60-12';

const models = [
  ...['echo', 'story', 'slow', 'tool', 'think', 'think-tool', 'fill', 'fault-flaky-1', pacedModel],
  ...['embed', 'image', 'speech', 'transcribe'],
];

/** The fairlead.yaml of the grid. Two upstreams with one address need two keys, else they are one account. */
export function configFor(simulator: string): string {
  const leaving = Array.from({ length: leavingMax }, (_, row) => leavingModel(row));
  const lines = upstreamColumns.flatMap((column) => [
    `  ${column.name}:`,
    `    provider: ${column.provider}`,
    `    protocols: [${column.dialect}]`,
    `    base_url: ${simulator}${column.basePath}`,
    ...(column.settings ?? [`api_key: key-of-${column.name}`]).map((line) => `    ${line}`),
    '    data: { retention_days: 0, trains: false, source: test, checked: 2026-11-01 }',
    '    models:',
    ...[...models, ...leaving].map(
      (name) =>
        `      "${column.maker ?? ''}sandbox/${name}": { as: ${column.model(name)}, price: { input: 0.25, cached_input: 0.025, output: 2.00 } }`,
    ),
  ]);
  // One model fails at every first attempt, for many rows at once: being out of order is over as soon as it began.
  return ['deadlines: { eject_ms: 1, probe_ms: 1 }', 'upstreams:', ...lines, ''].join('\n');
}

function upstream(known: Omit<UpstreamColumn, 'model'>): UpstreamColumn {
  return { ...known, model: (name) => `${known.name}/${name}` };
}

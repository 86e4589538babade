// Generations by the million, made by the database itself: the usage log as a busy operator has it after ninety days.

export type Shape = { readonly generations: number; readonly workspace: string };

export const days = 90;
const keys = 500;
const workspaces = 20;
const models = 8;
const modelsOfKey = 4;
const dayMs = 86_400_000;
const rowsAtOnce = 250_000;
/** Ids of one length are in the order of their numbers. */
const idBase = 10n ** 17n;

export const shapeSays = `${keys} keys of ${workspaces} workspaces, ${modelsOfKey} of ${models} models each at two endpoints, ${days} days`;

/** Statements that fill the log, each a batch, oldest first. `series` names the numbers from the first to the last. */
export function* fillStatements(
  { generations, workspace }: Shape,
  now: number,
  series: (from: number, to: number) => string,
): Generator<string> {
  const start = (Math.floor(now / dayMs) - days + 1) * dayMs;
  const span = days * dayMs - dayMs / 2;
  const key = `((n * 7919) % ${keys})`;
  const model = `((${key} + (n / 3) % ${modelsOfKey}) % ${models})`;
  for (let from = 0; from < generations; from += rowsAtOnce) {
    const to = Math.min(generations, from + rowsAtOnce) - 1;
    const at = `(${start} + (n * ${Math.floor((span / generations) * 1_000)}) / 1000)`;
    yield `insert into generation (id, workspace, key, model, surface, stream, status, end_reason, endpoint, price_version,
        input, cached_input, cache_write_5m, cache_write_1h, output, reasoning, usage_source, disputed, hold, charge,
        payable, attempts, plan, excluded, splices, dropped, trimmed, started_at, ended_at)
      select 'gen-' || (${idBase} + n), ${workspaceOf(key, workspace)}, 'key_' || ${key},
        'model-' || ${model}, '/v1/chat/completions', n % 2, 200,
        case when n % 97 = 0 then 'failed' else 'completed' end,
        'model-' || ${model} || '@up' || (n % 2), 'prc_1', 200 + n % 900, n % 50, 0, 0, 100 + n % 400, 0, 'reported', 0,
        2000000, 300000 + n % 100000, 300000 + n % 100000, '[]', '[]', '[]', '[]', '[]', 0, ${at} - 2000, ${at}
      from (${series(from, to)}) as numbers`;
  }
}

function workspaceOf(key: string, own: string): string {
  return `case when ${key} % ${workspaces} = 0 then '${own}' else 'ws_' || (${key} % ${workspaces}) end`;
}

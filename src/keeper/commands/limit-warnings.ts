import { formatUsd } from '#core/money/nano.ts';
import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

/** Limits of a workspace that were nearly reached, the newest first, for 90 days. */
export async function listWarnings(context: CommandContext, given: unknown) {
  const { id } = await findWorkspace(context, new Arguments(given));
  return (await context.store.warnings.of(id)).map((warning) => {
    const amountOf = (value: bigint) => (warning.unit === 'nano-usd' ? formatUsd(value) : Number(value));
    return {
      at: new Date(warning.at).toISOString(),
      level: warning.level,
      of: warning.of,
      limit_id: warning.allowance,
      key: warning.key,
      model: warning.model,
      window: warning.window,
      unit: warning.unit === 'nano-usd' ? 'usd' : warning.unit,
      used: amountOf(warning.used),
      limit: amountOf(warning.limit),
    };
  });
}

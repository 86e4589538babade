import type { MarkupRule } from '#core/money/markup.ts';
import { parseDecimal } from '#core/money/nano.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace, workspaceNamed } from './find-workspace.ts';

const percentMax = 10_000_000n;

/** Says what customers pay on top: all of them, or those of a model, a seller, a workspace. Gateways know within a second. */
export async function setMarkup(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const markup = parseDecimal(args.text('percent', 'how many percent, as in 12.5', 20), 4);
  if (markup === undefined || markup > percentMax) {
    throw new Refused('Say a number of percent from 0 to 1000 with at most four decimal places, as in 12.5.');
  }
  const whom = await whomOf(context, args);
  await refuseWhatTheFileSays(context, whom);
  await context.store.catalogue.setMarkup({ ...whom, markup }, context.now());
  return toMarkupJson({ ...whom, markup }, 'set');
}

export async function removeMarkup(context: CommandContext, given: unknown) {
  const whom = await whomOf(context, new Arguments(given));
  if (!(await context.store.catalogue.removeMarkup(whom, context.now()))) {
    throw new Refused('There is no such rule that was set. "fairlead markup list" shows them.');
  }
  return { ...toMarkupJson({ ...whom, markup: 0n }, 'set'), removed: true };
}

export async function listMarkup({ store, fileMarkup }: CommandContext) {
  const file = fileMarkup.map(({ millionths, ...whom }) => ({ ...whom, markup: BigInt(millionths) }));
  const set = await store.catalogue.markupRules();
  return [...file.map((rule) => toMarkupJson(rule, 'file')), ...set.map((rule) => toMarkupJson(rule, 'set'))];
}

async function whomOf(context: CommandContext, args: Arguments): Promise<Omit<MarkupRule, 'markup'>> {
  const isOne = args.optionalText('workspace', 'which workspace, by id or name') !== undefined;
  return {
    model: args.optionalText('model', 'which public model'),
    seller: args.optionalText('seller', 'which seller'),
    workspace: isOne ? (await findWorkspace(context, args)).id : undefined,
  };
}

/** What the file names, the file decides. */
async function refuseWhatTheFileSays(
  { fileMarkup, store }: CommandContext,
  { model, seller, workspace }: Omit<MarkupRule, 'markup'>,
): Promise<void> {
  for (const rule of fileMarkup) {
    if (rule.model !== model || rule.seller !== seller) continue;
    const named = rule.workspace === undefined ? undefined : (await workspaceNamed(store.accounts, rule.workspace))?.id;
    if (named !== workspace) continue;
    throw new Refused('The configuration file has a rule for exactly this: change it there.');
  }
}

function toMarkupJson({ markup, model, seller, workspace }: MarkupRule, from: 'file' | 'set') {
  const digits = markup.toString().padStart(5, '0');
  const percent = `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
  return {
    percent,
    model: model ?? null,
    seller: seller ?? null,
    workspace: workspace ?? null,
    from,
  };
}

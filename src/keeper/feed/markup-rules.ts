import type { MarkupRule } from '#core/money/markup.ts';
import type { Store } from '#store/store.ts';
import { workspaceNamed } from '../commands/find-workspace.ts';
import type { CatalogueInput, CatalogueMarkup } from '../interface/catalogue-input.ts';

/** What is put on top of prices: what the file says comes before what was set while it ran. */
export async function markupRules(
  { accounts, catalogue }: Pick<Store, 'accounts' | 'catalogue'>,
  { markup = [] }: CatalogueInput,
): Promise<{ readonly rules: readonly MarkupRule[]; readonly missing: number }> {
  const fromFile = (await Promise.all(markup.map((rule) => resolve(accounts, rule)))).flat();
  const rules = [...fromFile, ...(await catalogue.markupRules())];
  return { rules, missing: markup.length - fromFile.length };
}

/** A workspace of the file that nobody has made yet pays what everybody pays, until it is there. */
async function resolve(
  accounts: Store['accounts'],
  { millionths, workspace, ...whom }: CatalogueMarkup,
): Promise<readonly MarkupRule[]> {
  const rule = { ...whom, markup: BigInt(millionths) };
  if (workspace === undefined) return [rule];
  const found = await workspaceNamed(accounts, workspace);
  return found ? [{ ...rule, workspace: found.id }] : [];
}

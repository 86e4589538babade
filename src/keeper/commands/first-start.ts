import { agreesToAll } from '#core/privacy/notices/sub-processors.ts';
import type { CommandContext } from './command.ts';
import { keepOldestAsOperators, keepOperatorWorkspace } from './find-workspace.ts';
import { createKey } from './key-create.ts';
import { createSetupLink } from './setup-link.ts';

const markName = 'first_start_at';
const workspaceName = 'default';
/** The operator's own workspace may use what upstreams store, as their SDKs do by default. */
const storage = { name: 'storage', value: 'any:30' };
const batches = { name: 'batches', value: 'on' };
/** Whom the operator adds serves the operator at once. */
const agreed = { name: 'sub_processors', value: agreesToAll };
const creditNano = 1_000_000_000n;
const leadMs = 30_000;

/**
 * What a stranger needs for a first request: a workspace with a dollar, a key, a set-up link. Says nothing when it
 * was done before; done again from the beginning when it was cut off in the middle.
 */
export async function firstStart(context: CommandContext) {
  const { accounts, jobs } = context.store;
  if ((await accounts.setting(markName)) !== undefined) {
    await keepOldestAsOperators(accounts, context.now());
    return { first: false };
  }
  // Of replicas that start for the first time at once, one does it.
  if (!(await jobs.lead('first-start', context.holder, context.now() + leadMs, context.now()))) return { first: false };
  const all = await accounts.workspaces();
  if (all.some(({ name }) => name !== workspaceName)) return { first: false };
  const made = await accounts.createWorkspace({ name: workspaceName, creditNano, now: context.now() });
  if (made !== 'taken') {
    await accounts.setOwnerSettings({ kind: 'workspace', id: made.id }, [storage, batches, agreed], context.now());
  }
  const own = made === 'taken' ? await accounts.workspace(workspaceName) : made;
  if (own) await keepOperatorWorkspace(accounts, own.id, context.now());
  const { key } = await createKey(context, { name: 'first key', workspace: workspaceName });
  const { token } = await createSetupLink(context);
  await accounts.setSetting(markName, new Date(context.now()).toISOString(), context.now());
  return { first: true, key, setupToken: token };
}

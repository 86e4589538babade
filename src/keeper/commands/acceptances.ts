import { listAgreements } from './agreements.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { listDisclosures } from './data-policies.ts';
import { findWorkspace } from './find-workspace.ts';
import { listSubProcessors } from './sub-processors.ts';
import { listTransfers } from './transfers.ts';

/** A workspace accepts a version of the policy that is published: what it accepted is named by the hash of its text. */
export async function acceptPolicy(context: CommandContext, given: unknown) {
  const { store, policies, now } = context;
  const args = new Arguments(given);
  const { id: workspace } = await findWorkspace(context, args);
  const version = args.text('version', 'which version of the policy, as in strict-1');
  const published = policies.published.find((each) => `${each.document.profile}-${each.version}` === version);
  if (!published) throw new Refused(`There is no version "${version}" of the policy. /privacy shows the one in force.`);
  const actor = args.text('actor', 'who accepts it');
  const isNew = await store.acceptances.accept({ workspace, version, hash: published.hash, actor, at: now() });
  return { workspace, version, hash: published.hash, is_new: isNew };
}

/** What a workspace accepted, and whether that is what is in force. */
export async function listAcceptances(context: CommandContext, given: unknown) {
  const { store, policies, now } = context;
  const { id: workspace } = await findWorkspace(context, new Arguments(given));
  const accepted = await store.acceptances.of(workspace);
  const inForce = policies.nameInForce(now());
  return {
    in_force: inForce,
    is_accepted: accepted.some(({ version }) => version === inForce),
    accepted: accepted.map(({ version, hash, actor, at }) => ({
      version,
      hash,
      actor,
      at: new Date(at).toISOString(),
    })),
  };
}

/** What a customer shows who must show that data is in good hands: what was accepted, and what is true now, with the log's head. */
export async function showEvidence(context: CommandContext, given: unknown) {
  const { store, retention, now } = context;
  const acceptances = await listAcceptances(context, given);
  return {
    made_at: new Date(now()).toISOString(),
    policy: acceptances,
    agreement: await listAgreements(context, given),
    endpoints: await listDisclosures(context),
    sub_processors: await listSubProcessors(context),
    transfers: await listTransfers(context),
    retention: { usage_days: retention.usageDays, runs: (await store.retention.runs(30)).length },
    log_head: (await store.trust.head()) ?? null,
  };
}

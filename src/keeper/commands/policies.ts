import { comparePolicies } from '#core/privacy/policy/compare-policies.ts';
import type { PolicyFields } from '#core/privacy/policy/compose-policy.ts';
import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';

/** The policy in force, or the version that is asked for, with what the pages need beside it; null where there is none. */
export async function showPolicy(context: CommandContext, given: unknown) {
  const { policies, now } = context;
  const version = new Arguments(given).optionalCount('version', 'the version of the policy');
  const { published } = policies;
  const policy = version === undefined ? policies.inForce(now()) : published.find((each) => each.version === version);
  if (!policy) return null;
  const before = published.find((each) => each.version === policy.version - 1);
  return {
    policy,
    fields: await operatorFields(context),
    /** From the version before. */
    changes: before ? comparePolicies(before.document, policy.document) : [],
    versions: published.map(({ version: number, effective, material, hash }) => ({
      version: number,
      effective,
      material,
      hash,
    })),
  };
}

/** The file's word first, then what was said at the set-up. */
export async function operatorFields({
  store,
  policySettings,
}: Pick<CommandContext, 'store' | 'policySettings'>): Promise<
  PolicyFields & { readonly has_contact: boolean; readonly has_operator: boolean }
> {
  const said = async (name: string) => await store.accounts.setting(`operator.${name}`);
  const contact = policySettings.contact ?? (await said('contact'));
  const operator = policySettings.operator ?? (await said('name'));
  return {
    operator: operator ?? 'the operator of this service',
    has_operator: operator !== undefined,
    contact: contact ?? 'the operator of this service',
    jurisdiction: policySettings.jurisdiction ?? (await said('jurisdiction')) ?? 'the operator’s country',
    has_contact: contact !== undefined,
  };
}

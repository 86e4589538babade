import { comparePolicies } from '#core/privacy/policy/compare-policies.ts';
import type { PolicyFields } from '#core/privacy/policy/compose-policy.ts';
import { linksOf, stateOfLink } from '../links/check-links.ts';
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
    fields: await fieldsOf(context),
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

/** Who gets what of a request: made from what is configured now, with the day on which the log first spoke of it. */
export async function listSubProcessors({ store, snapshot, payments, now }: CommandContext) {
  const { upstreams } = await snapshot();
  const since = await store.trust.firstSaid('data-policy');
  const checks = new Map((await store.links.all()).map((check) => [check.url, check]));
  const links = linksOf(upstreams);
  const today = new Date(now()).toISOString();
  const answering = upstreams
    .filter(({ enabled, type }) => enabled && type !== 'sandbox')
    .map(({ name, provider, seller, type, region, data }) => ({
      ...{ name, provider, seller, type, region },
      role: 'answers AI requests',
      receives: 'the content of requests that are sent to it, and a pseudonym of the end user where one is named',
      data: { retention_days: data.retentionDays, trains: data.trains, source: data.source, checked: data.checked },
      human_review: data.humanReview ?? 'unknown',
      links: links
        .filter(({ upstream }) => upstream === name)
        .map(({ what, url }) => ({ what, url, state: stateOfLink(checks.get(url)) })),
      since: new Date(since.get(name) ?? now()).toISOString(),
    }));
  return payments ? [...answering, { ...stripeAsSubProcessor, since: today }] : answering;
}

const stripeAsSubProcessor = {
  ...{ name: 'stripe', provider: 'stripe', seller: 'operator', type: 'payments', region: 'unknown' },
  role: 'takes payments by card',
  receives: 'the id of a workspace and an amount from here; from whoever pays, their card and billing details',
  data: { retention_days: 'unknown', trains: 'unknown', source: '', checked: '' },
  human_review: 'unknown',
  links: [],
};

/** The file's word first, then what was said at the set-up. */
async function fieldsOf({
  store,
  policySettings,
}: CommandContext): Promise<PolicyFields & { readonly has_contact: boolean }> {
  const said = async (name: string) => await store.accounts.setting(`operator.${name}`);
  const contact = policySettings.contact ?? (await said('contact'));
  return {
    operator: policySettings.operator ?? (await said('name')) ?? 'the operator of this service',
    contact: contact ?? 'the operator of this service',
    jurisdiction: policySettings.jurisdiction ?? (await said('jurisdiction')) ?? 'the operator’s country',
    has_contact: contact !== undefined,
  };
}

import { dayOf } from '#core/privacy/policy/published-policy.ts';
import type { NoticeStore } from '#store/notice-store.ts';
import type { PolicyShelf } from '../trust/policy-shelf.ts';

const dayMs = 86_400_000;

/**
 * A notice of each version of the policy that people were not told of yet. Should one have been published without it, as when
 * this process was killed in between, its days begin with the notice: a material version never holds sooner.
 */
export async function tellOfPolicies(
  { notices }: { readonly notices: NoticeStore },
  policies: PolicyShelf,
  now: number,
): Promise<void> {
  const [, ...later] = policies.entered;
  for (const policy of later) {
    const { material, effective } = policy;
    const subject = `${policy.document.profile}-${policy.version}`;
    const earliest = material ? Date.parse(dayOf(now)) + policies.noticeDaysBefore(policy.version) * dayMs : 0;
    const at = { at: now, effective: Math.max(Date.parse(effective), earliest) };
    await notices.tell({ id: `policy ${subject}`, kind: 'policy', subject, material, ...at });
  }
  policies.heard(await notices.all());
}

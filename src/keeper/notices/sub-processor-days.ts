import {
  agreesToAll,
  isSameSubProcessor,
  isSubProcessor,
  subProcessorKeyOf,
  subProcessorNoticeDays,
} from '#core/privacy/notices/sub-processors.ts';
import { dayOf } from '#core/routing/data-handling.ts';
import type { Upstream } from '#core/routing/endpoint.ts';
import type { Store } from '#store/store.ts';
import { operatorWorkspace } from '../commands/find-workspace.ts';
import type { TrustDesk } from '../trust/trust-desk.ts';

type Context = { readonly store: Store; readonly trust: TrustDesk; now(): number };

/** Upstreams that were added lately, with the day from which they serve those who did not agree to them. */
export async function withNoticeDays(
  { notices, now }: Pick<Store, 'notices' | 'now'>,
  upstreams: readonly Upstream[],
): Promise<readonly Upstream[]> {
  const entered = await notices.subProcessors();
  const today = dayOf(now());
  // Nothing was promised to anybody yet: what is configured now is what there is.
  if (entered === undefined) return upstreams;
  return upstreams.map((upstream) => {
    if (!isSubProcessor(upstream)) return upstream;
    const key = subProcessorKeyOf(upstream);
    const row = entered.find((each) => isSameSubProcessor(each, key));
    const fromDay = row?.fromDay ?? today + subProcessorNoticeDays;
    return fromDay > today ? { ...upstream, fromDay } : upstream;
  });
}

/**
 * Tells of upstreams that are new, in public and in the log of promises. The operator's own workspace needs no notice of its
 * operator's decision: it agrees to each.
 */
export async function enterSubProcessors(
  { store, trust, now }: Context,
  upstreams: readonly Upstream[],
): Promise<void> {
  const when = { now: now(), fromDay: dayOf(now()) + subProcessorNoticeDays };
  const all = upstreams.filter((upstream) => upstream.enabled && isSubProcessor(upstream));
  const news = await store.notices.enterSubProcessors(all.map(subProcessorKeyOf), when);
  if (news.length === 0) return;
  const from = dayText(when.fromDay);
  await trust.enter(
    news.map(({ name, provider, seller, host }) => ({
      kind: 'sub-processor',
      subject: name,
      body: { provider, seller, host, from },
    })),
    when.now,
  );
  await agreeAsOperator(store, when.now);
}

export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** A Fairlead that began before there were notices has not said so at its first start. */
async function agreeAsOperator({ accounts }: Store, now: number): Promise<void> {
  const own = await operatorWorkspace(accounts);
  if (!own || (await accounts.ownerSettings(own.id)).sub_processors !== undefined) return;
  const agreed = { name: 'sub_processors', value: agreesToAll };
  await accounts.setOwnerSettings({ kind: 'workspace', id: own.id }, [agreed], now);
}

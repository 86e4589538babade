import { contractOf } from '#core/privacy/notices/sub-processor-contracts.ts';
import { linksOf, stateOfLink } from '../links/check-links.ts';
import type { CommandContext } from './command.ts';

type Context = Pick<CommandContext, 'store' | 'snapshot' | 'payments' | 'contracts' | 'mailHost' | 'now'>;

/** Who gets what of a request: made from what is configured now, with the day on which the log first spoke of it, and the contract. */
export async function listSubProcessors(context: Context) {
  const { contracts, payments, mailHost, now } = context;
  const today = new Date(now()).toISOString();
  const answering = await whoAnswers(context);
  const beside = [
    ...(payments ? [stripe] : []),
    ...(mailHost === undefined ? [] : [{ ...mail, provider: mailHost }]),
  ].map((each) => ({ ...elsewhere, ...each, since: today }));
  const named = new Set([...answering, ...beside].map(({ name }) => name));
  const others = contracts
    .filter(({ name, who }) => who !== undefined && !named.has(name))
    .map(({ name, who = name, role = 'not said', receives = 'not said', region = 'unknown', date }) => ({
      ...{ ...elsewhere, name, provider: who, type: 'other', region, role, receives },
      since: date === undefined ? today : new Date(date).toISOString(),
    }));
  return [...answering, ...beside, ...others].map((each) => ({
    ...each,
    contract: contractOf(contracts, each.name),
    /** Machines of the operator's own are nobody else. */
    needs_contract: each.type !== 'self_hosted',
  }));
}

async function whoAnswers({ store, snapshot, now }: Context) {
  const { upstreams } = await snapshot();
  const since = await store.trust.firstSaid('data-policy');
  const checks = new Map((await store.links.all()).map((check) => [check.url, check]));
  const links = linksOf(upstreams);
  return upstreams
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
}

const elsewhere = {
  ...{ seller: 'operator', region: 'unknown' },
  data: { retention_days: 'unknown', trains: 'unknown', source: '', checked: '' },
  human_review: 'unknown',
  links: [],
} as const;

const stripe = {
  ...{ name: 'stripe', provider: 'stripe', type: 'payments' },
  role: 'takes payments by card',
  receives: 'the id of a workspace and an amount from here; from whoever pays, their card and billing details',
};

const mail = {
  ...{ name: 'mail', type: 'mail' },
  role: 'delivers letters',
  receives: 'e-mail addresses of people who sign in or are invited, and the letters to them',
};

import { dayOf, daysUntilStale } from '#core/routing/data-handling.ts';
import { checkLinks, linksOf, stateOfLink } from '../links/check-links.ts';
import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';

const checkedAtOnce = 50;

/** Links of each upstream with whether they answer, and how long what is known of its data handling still counts. */
export async function listLinks(context: CommandContext, given: unknown) {
  const { store, snapshot, now } = context;
  const isAsked = new Arguments(given).optionalFlag('check', 'whether those that are due are asked now') === true;
  const upstreams = (await snapshot()).upstreams.filter(({ enabled, type }) => enabled && type !== 'sandbox');
  if (isAsked) await checkLinks(store.links, { upstreams, now, max: checkedAtOnce });
  const known = new Map((await store.links.all()).map((check) => [check.url, check]));
  const links = linksOf(upstreams);
  return upstreams.map(({ name, data }) => ({
    upstream: name,
    checked: data.checked,
    /** Null: it is the operator's own word, which holds. */
    days_left: daysUntilStale(data, dayOf(now())) ?? null,
    links: links
      .filter(({ upstream }) => upstream === name)
      .map(({ what, url }) => {
        const check = known.get(url);
        const asked = check
          ? { status: check.status, at: new Date(check.at).toISOString() }
          : { status: null, at: null };
        return { what, url, state: stateOfLink(check), ...asked };
      }),
  }));
}

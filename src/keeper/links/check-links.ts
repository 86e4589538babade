import type { DataHandling } from '#core/routing/data-handling.ts';
import type { Upstream } from '#core/routing/endpoint.ts';
import { guardedFetch } from '#outgoing/guarded-fetch.ts';
import type { LinkCheck, LinkStore } from '#store/link-store.ts';

const weekMs = 7 * 86_400_000;
const dayMs = 86_400_000;
const atOnceMax = 4;
const linksMax = 200;
const deadlineMs = 10_000;

export const linkNames = ['source', 'terms', 'opt_out'] as const;

export type UpstreamLink = {
  readonly upstream: string;
  readonly what: (typeof linkNames)[number];
  readonly url: string;
};

/** Where an upstream says what it does with data, its terms, and how to opt out. */
export function linksOf(upstreams: readonly Pick<Upstream, 'name' | 'data'>[]): readonly UpstreamLink[] {
  return upstreams.flatMap(({ name, data }) =>
    linkNames.flatMap((what) => {
      const url = addressOf(data, what);
      return url !== undefined && /^https?:\/\//.test(url) ? [{ upstream: name, what, url }] : [];
    }),
  );
}

function addressOf(data: DataHandling, what: UpstreamLink['what']): string | undefined {
  if (what === 'source') return data.source;
  return what === 'terms' ? data.terms : data.optOut;
}

/**
 * Asks those that were not asked for a week, or that failed a day ago; so many at most, four at once. How many it asked.
 * The addresses are the operator's, or came with this software.
 */
export async function checkLinks(
  links: LinkStore,
  { upstreams, now, max }: { readonly upstreams: readonly Upstream[]; now(): number; readonly max: number },
): Promise<number> {
  const known = new Map((await links.all()).map((check) => [check.url, check]));
  const urls = [...new Set(linksOf(upstreams).map(({ url }) => url))].slice(0, linksMax);
  const due = urls.filter((url) => isDue(known.get(url), now())).slice(0, max);
  const left = due.values();
  const ask = async () => {
    for (const url of left) {
      const status = await statusOf(url);
      await links.note({ url, at: now(), status, works: doesWork(status) });
    }
  };
  await Promise.all(Array.from({ length: atOnceMax }, ask));
  return due.length;
}

function isDue(check: LinkCheck | undefined, now: number): boolean {
  return check === undefined || now - check.at >= (check.failures === 0 ? weekMs : dayMs);
}

/** A page that sends on, or wants to know who asks, is there. */
function doesWork(status: number): boolean {
  return (status >= 200 && status < 400) || [401, 403, 405, 429].includes(status);
}

/** 0: nothing answered in time. What it says is not read. */
async function statusOf(url: string): Promise<number> {
  try {
    const headers = { accept: 'text/html, */*' };
    return (await guardedFetch(url, { isOperators: true, deadlineMs, headers })).status;
  } catch (thrown) {
    // A page that is larger than what is taken of it did answer.
    return thrown instanceof Error && 'reason' in thrown && thrown.reason === 'too-large' ? 200 : 0;
  }
}

/** One failure may be a moment's; two in a row, a day apart, are told. */
export function stateOfLink(check: LinkCheck | undefined): 'works' | 'failed-once' | 'broken' | 'not-checked' {
  if (check === undefined) return 'not-checked';
  if (check.failures === 0) return 'works';
  return check.failures === 1 ? 'failed-once' : 'broken';
}

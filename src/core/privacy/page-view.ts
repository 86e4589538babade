/** One look at a page, as it is counted: no address, no person, no query. */
export type PageView = {
  /** Hours since 1970. */
  readonly hour: number;
  readonly path: string;
  /** The host of the page before; '' for our own, and where nobody said. */
  readonly referrer: string;
  /** Two letters, as a proxy that the operator trusts says; ''. */
  readonly country: string;
  readonly device: 'desktop' | 'mobile' | 'tablet';
  readonly browser: Browser;
};

export type Browser = 'chrome' | 'edge' | 'firefox' | 'opera' | 'safari' | 'other';

export type SeenPage = {
  /** Of the page: a path, or a whole address. */
  readonly url: string;
  readonly referrer: string;
  readonly userAgent: string;
  readonly country: string;
  /** Our own host: what comes from there is no referrer. */
  readonly host: string;
  /** Epoch milliseconds. */
  readonly at: number;
};

const hourMs = 3_600_000;
const pathLengthMax = 80;

/** Undefined: nobody looked, but a program, or what is said is no page. */
export function toPageView({ url, referrer, userAgent, country, host, at }: SeenPage): PageView | undefined {
  if (/bot|crawl|spider|slurp|preview|monitor|curl|wget|python|headless/i.test(userAgent)) return undefined;
  const path = pathOf(url);
  if (path === undefined) return undefined;
  const from = hostOf(referrer);
  return {
    hour: Math.floor(at / hourMs),
    path,
    referrer: from === host.split(':')[0] ? '' : from,
    country: /^[A-Z]{2}$/.test(country) ? country : '',
    device: deviceOf(userAgent),
    browser: browserOf(userAgent),
  };
}

/** Without query and fragment; a part that looks like an id, or like what somebody typed, is none of ours to count. */
function pathOf(url: string): string | undefined {
  if (url.length > 2_000 || !URL.canParse(url, 'http://here')) return undefined;
  const parts = new URL(url, 'http://here').pathname.split('/').slice(1);
  const plain = parts.map((part) =>
    /^[a-z0-9][a-z0-9._-]{0,31}$/i.test(part) && !/\d{4}|^[A-Za-z0-9_-]{20,}$/.test(part)
      ? part
      : part === ''
        ? ''
        : ':id',
  );
  return `/${plain.join('/')}`.slice(0, pathLengthMax);
}

function hostOf(referrer: string): string {
  if (referrer === '' || referrer.length > 2_000 || !/^https?:/.test(referrer) || !URL.canParse(referrer)) return '';
  return new URL(referrer).hostname.slice(0, 80);
}

function deviceOf(userAgent: string): PageView['device'] {
  if (/ipad|tablet|android(?!.*mobile)/i.test(userAgent)) return 'tablet';
  return /mobi|iphone|android/i.test(userAgent) ? 'mobile' : 'desktop';
}

/** The order matters: each names those before it, too. */
const browsers: readonly (readonly [RegExp, Browser])[] = [
  [/edg(?:e|a|ios)?\//i, 'edge'],
  [/opr\/|opera/i, 'opera'],
  [/firefox|fxios/i, 'firefox'],
  [/chrome|crios|chromium/i, 'chrome'],
  [/safari/i, 'safari'],
];

function browserOf(userAgent: string): Browser {
  return browsers.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'other';
}

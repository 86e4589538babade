import { type IncomingHttpHeaders, request } from 'node:http';

export type Page = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json<Value = Readonly<Record<string, unknown>>>(): Value;
};

export type Visit = {
  readonly method?: string;
  /** A string is sent as a form, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What a browser does with cookies and where a request says that it comes from, without the browser. */
export class Browser {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  forget(name: RegExp): void {
    for (const each of this.#cookies.keys()) if (name.test(each)) this.#cookies.delete(each);
  }

  async visit(path: string, { method = 'GET', body, headers = {} }: Visit = {}): Promise<Page> {
    const isForm = typeof body === 'string';
    const page = await send(new URL(path, this.#url), {
      method,
      body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
      headers: {
        cookie: this.cookies,
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        'sec-fetch-site': 'same-origin',
        ...(body === undefined
          ? {}
          : { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }),
        ...headers,
      },
    });
    for (const cookie of page.headers['set-cookie'] ?? []) this.#keep(cookie);
    return page;
  }

  post(path: string, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.visit(path, { method: 'POST', body, headers });
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';');
    const at = pair.indexOf('=');
    const isOver = attributes.some((each) => /^\s*max-age=0\s*$/i.test(each));
    if (isOver) this.#cookies.delete(pair.slice(0, at));
    else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

export const ada = {
  name: 'Ada Harbourmaster',
  email: 'ada.harbour@example.org',
  password: 'lantern on the pier',
} as const;

/** Opens the set-up link as the first operator does; the browser is signed in afterwards. */
export async function setUp(fairlead: { readonly url: string; readonly setupUrl: string | null }): Promise<Browser> {
  const browser = new Browser(fairlead.url);
  const answers = new URLSearchParams({
    ...{ name: ada.name, contact: 'privacy@example.org', jurisdiction: 'NO', publicUrl: 'https://ai.example.org' },
    ...{ email: ada.email, password: ada.password },
  });
  const page = await browser.post(new URL(fairlead.setupUrl ?? '').pathname, answers.toString());
  if (page.status !== 200) throw new Error(`the set-up page says ${page.status}: ${page.text}`);
  return browser;
}

/** The path of the link in the newest letter of a kind, as an operator reads it. */
export async function letterLink(operator: Browser, wanted: { kind: string; to: string }): Promise<string> {
  const outbox = await operator.visit('/api/v1/operator/outbox');
  const { data } = outbox.json<{ data: { id: string; kind: string; to: string }[] }>();
  const letter = data.find(({ kind, to }) => kind === wanted.kind && to === wanted.to);
  const read = await operator.post(`/api/v1/operator/outbox/${letter?.id}/read`);
  if (read.status !== 200) throw new Error(`the letter cannot be read: ${read.status} ${read.text}`);
  return new URL(/https?:\/\/\S+/.exec(read.json<{ data: { text: string } }>().data.text)?.[0] ?? '').pathname;
}

/** Follows the letter that confirms an address. */
export async function confirm(operator: Browser, to: string): Promise<void> {
  const page = await operator.post(await letterLink(operator, { kind: 'verify', to }), '');
  if (page.status !== 200) throw new Error(`the address cannot be confirmed: ${page.status} ${page.text}`);
}

function send(
  url: URL,
  { method, body, headers }: { method: string; body: string | undefined; headers: Record<string, string> },
): Promise<Page> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const asked = request(url, { method, headers: { ...headers, ...length } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          json: <Value>() => JSON.parse(text) as Value,
        }),
      );
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

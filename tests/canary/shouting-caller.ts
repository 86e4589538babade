import {
  type CallerCanaries,
  geminiBody,
  messagesBody,
  responsesBody,
  type Shout,
} from '#cli/privacy/canary-bodies.ts';
import { anthropic, bearer, canarySurfaces, geminiAddress, google } from '#cli/privacy/canary-surfaces.ts';
import { type CallOptions, openCall } from '../journeys/caller.ts';

export type Heard = {
  readonly surface: string;
  readonly outcome: string;
  readonly generation: string | undefined;
};

type Target = { readonly url: string; readonly key: string; readonly canaries: CallerCanaries };

/** One request of a thousand: most are good, some are odd in a way that their number decides. Never rejects. */
export async function callOnce(number: number, model: string, { url, key, canaries }: Target): Promise<Heard> {
  const surface = canarySurfaces[Math.floor(number / 4) % canarySurfaces.length] ?? canarySurfaces[0];
  if (!surface) throw new Error('There is no surface.');
  const shout = { number, model, canaries };
  const odd = { 'x-title': canaries.header, 'x-request-id': canaries.header, cookie: `a=${canaries.cookie}` };
  const headers = { 'content-type': 'application/json', ...odd, ...surface.headers(key, canaries) };
  const good: CallOptions = { url, path: surface.address(shout), headers, body: surface.body(shout) };
  const open = openCall({ ...good, ...oddity(shout, good, key) });
  if (number % 37 === 5) setTimeout(() => open.leave(), 20);
  const { status, isWhole, headers: told } = await open.reply;
  const generation = told['x-generation-id'];
  return {
    surface: surface.name,
    outcome: isWhole ? String(status) : 'cut off',
    generation: typeof generation === 'string' ? generation : undefined,
  };
}

type Oddity = (call: {
  readonly shout: Shout;
  readonly good: CallOptions;
  readonly key: string;
}) => Partial<CallOptions>;

const get = (path: string, key: string) => ({ method: 'GET', path, headers: bearer(key), body: undefined });
const json = { 'content-type': 'application/json' };

/** Every 97 requests each of these comes once. */
const oddities: readonly Oddity[] = [
  ({ good, shout }) => ({ body: `${JSON.stringify(good.body).slice(0, -9)}${shout.canaries['broken body']}` }),
  ({ good, shout }) => ({ body: { ...(good.body as object), model: `sandbox/${shout.canaries.model}` } }),
  ({ good, shout }) => ({ body: { ...(good.body as object), model: `sandbox/fault-${shout.canaries.model}` } }),
  ({ shout }) => ({ headers: { ...json, ...bearer(`sk-fl-${shout.canaries.key}`) } }),
  ({ shout }) => ({ headers: { ...json, 'x-api-key': `sk-fl-${shout.canaries.key}` } }),
  ({ shout }) => ({ headers: { ...json, 'x-goog-api-key': shout.canaries.key } }),
  ({ good, shout }) => ({
    path: `${good.path}?x=${shout.canaries.query}&key=sk-fl-${shout.canaries.key}`,
    headers: json,
  }),
  ({ shout }) => ({ path: `/v1/${shout.canaries.path}` }),
  ({ shout }) => ({ path: `/v1/messages/${shout.canaries.path}` }),
  ({ shout }) => ({ path: `/v1beta/${shout.canaries.path}` }),
  ({ shout, key }) => get(`/${shout.canaries.path}?${shout.canaries.query}`, key),
  ({ good, shout }) => ({ headers: { ...good.headers, 'content-type': `text/${shout.canaries.header}` } }),
  ({ good, shout }) => ({ headers: { ...good.headers, 'content-encoding': shout.canaries.header } }),
  ({ good, shout }) => ({ headers: { ...good.headers, 'anthropic-version': shout.canaries.header } }),
  ({ shout, key }) => get(`/v1/models/${shout.canaries.model}`, key),
  ({ shout }) => ({ method: 'PUT', path: `/v1/models?${shout.canaries.query}` }),
  ({ shout, key }) => get(`/setup/${shout.canaries.path}`, key),
  ({ good }) => ({ body: { ...(good.body as object), store: true } }),
  ({ good }) => ({ headers: { ...good.headers, 'x-timeout-ms': '1' } }),
  ({ shout }) => ({
    path: `/v1beta/models/${shout.canaries.model}:generateContent?key=${shout.canaries.key}`,
    headers: json,
  }),
  // Google's way: the key stands in the address.
  ({ shout, key }) => ({ path: `/v1beta/${geminiAddress(shout)}?key=${key}`, headers: json, body: geminiBody(shout) }),
  ({ shout, key }) => ({
    path: `/v1beta/models/${shout.canaries.model}:countTokens`,
    headers: { ...json, ...google(key) },
  }),
  ({ shout, key }) => ({
    path: `/v1beta/models/${shout.model}:countTokens?${shout.canaries.query}`,
    headers: { ...json, ...google(key) },
    body: geminiBody(shout),
  }),
  ({ shout, key }) => ({
    path: '/v1/messages/count_tokens',
    headers: { ...json, ...anthropic(key, shout.canaries) },
    body: { ...messagesBody(shout), max_tokens: undefined, stream: undefined },
  }),
  ({ shout, key }) => ({
    path: '/v1/responses/input_tokens',
    headers: { ...json, ...bearer(key) },
    body: responsesBody({ ...shout, number: 1 }),
  }),
  ({ shout, key }) => get(`/v1/responses/resp_${shout.canaries['object id']}?include=${shout.canaries.query}`, key),
  ({ shout, key }) => get(`/v1/responses/resp_${shout.canaries['object id']}/input_items`, key),
  ({ shout, key }) => ({ ...get(`/v1/responses/${shout.canaries['object id']}`, key), method: 'DELETE' }),
  ({ shout, key }) => ({ ...get(`/v1/responses/${shout.canaries['object id']}/cancel`, key), method: 'POST' }),
];

function oddity(shout: Shout, good: CallOptions, key: string): Partial<CallOptions> {
  return oddities[(shout.number % 97) - 1]?.({ shout, good, key }) ?? {};
}

/** Leaves a response at an upstream with canaries all over, goes on from it, looks at it, and takes it away. */
export async function callStored(model: string, { url, key, canaries }: Target): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  const headers = { ...json, ...bearer(key) };
  const ask = async (options: Partial<CallOptions>) => {
    const { status, body, headers: told } = await openCall({ url, headers, path: '/v1/responses', ...options }).reply;
    heard.push({ surface: 'stored', outcome: String(status), generation: String(told['x-generation-id'] ?? '') });
    return body.toString();
  };
  for (const number of [9, 10]) {
    const body = { ...responsesBody({ number, model, canaries }), store: true };
    const reply = await ask({ body });
    const id = /"id":"(resp_[A-Za-z0-9]+)"/.exec(reply)?.[1] ?? 'resp_none';
    await ask({ body: { ...body, previous_response_id: id } });
    for (const below of ['', '/input_items', `?include=${canaries.query}`]) {
      await ask({ method: 'GET', path: `/v1/responses/${id}${below}` });
    }
    await ask({ method: 'POST', path: `/v1/responses/${id}/cancel` });
    await ask({ method: 'DELETE', path: `/v1/responses/${id}` });
  }
  return heard;
}

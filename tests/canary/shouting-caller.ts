import { type CallOptions, openCall } from '../journeys/caller.ts';

/** Where a caller can write something; each place gets a canary of its own. */
export const callerPlaces = [
  'system',
  'prompt',
  'tool name',
  'tool argument',
  'tool result',
  'image',
  'user',
  'safety identifier',
  'metadata key',
  'metadata value',
  'unknown field',
  'unknown value',
  'model',
  'header',
  'cookie',
  'path',
  'query',
  'key',
  'broken body',
] as const;

export type CallerCanaries = Readonly<Record<(typeof callerPlaces)[number], string>>;

/** A canary wherever a caller can put one. */
function shout(number: number, model: string, canaries: CallerCanaries): Record<string, unknown> {
  const call = {
    id: 'c',
    type: 'function',
    function: { name: 'f', arguments: `{"a":"${canaries['tool argument']}"}` },
  };
  const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${canaries.image}` } };
  return {
    model,
    ...(number % 2 === 0 ? { stream: true } : {}),
    max_tokens: 200,
    user: canaries.user,
    safety_identifier: canaries['safety identifier'],
    metadata: { [canaries['metadata key']]: canaries['metadata value'] },
    [canaries['unknown field']]: canaries['unknown value'],
    tools: [{ type: 'function', function: { name: `f_${canaries['tool name']}`, parameters: { type: 'object' } } }],
    messages: [
      { role: 'system', content: canaries.system },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: canaries['tool result'] },
      { role: 'user', content: [{ type: 'text', text: `say ${canaries.prompt} ${number}` }, picture] },
    ],
  };
}

export type Heard = { readonly outcome: string; readonly generation: string | undefined };

/** One request of a thousand: most are good, some are odd in a way that their number decides. Never rejects. */
export async function callOnce(
  number: number,
  model: string,
  target: { readonly url: string; readonly key: string; readonly canaries: CallerCanaries },
): Promise<Heard> {
  const { url, key, canaries } = target;
  const headers = { 'x-title': canaries.header, 'x-request-id': canaries.header, cookie: `a=${canaries.cookie}` };
  const good: CallOptions = { url, key, headers, body: shout(number, model, canaries) };
  const open = openCall({ ...good, ...oddity(number, good, canaries) });
  if (number % 37 === 5) setTimeout(() => open.leave(), 20);
  const { status, isWhole, headers: told } = await open.reply;
  const generation = told['x-generation-id'];
  return {
    outcome: isWhole ? String(status) : 'cut off',
    generation: typeof generation === 'string' ? generation : undefined,
  };
}

function oddity(number: number, { body }: CallOptions, canaries: CallerCanaries): Partial<CallOptions> {
  const path = `/v1/chat/completions?x=${canaries.query}&key=sk-fl-${canaries.key}`;
  switch (number % 41) {
    case 1:
      return { body: `${JSON.stringify(body).slice(0, -9)}${canaries['broken body']}` };
    case 2:
      return { body: { ...(body as object), model: `sandbox/${canaries.model}` } };
    case 3:
      return { key: `sk-fl-${canaries.key}` };
    case 4:
      return { path, key: undefined };
    case 5:
      return { path: `/v1/${canaries.path}` };
    case 6:
      return { path: `/${canaries.path}?${canaries.query}`, method: 'GET', body: undefined };
    case 7:
      return { headers: { 'content-type': `text/${canaries.header}` } };
    case 8:
      return { headers: { 'content-encoding': canaries.header } };
    case 9:
      return { path: `/v1/models/${canaries.model}`, method: 'GET', body: undefined };
    case 10:
      return { method: 'PUT', path: `/v1/models?${canaries.query}` };
    case 11:
      return { path: `/setup/${canaries.path}`, method: 'GET', body: undefined };
    case 12:
      return { body: { ...(body as object), store: true } };
    case 13:
      return { headers: { 'x-timeout-ms': '1' } };
    case 14:
      return { body: { ...(body as object), model: `sandbox/fault-${canaries.model}` } };
    default:
      return {};
  }
}

// One request to our own gateway, as a caller would send it: probes are ordinary generations.

export type GatewayAsk = {
  /** Of the gateway, without a path. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly timeoutMs: number;
};

export type GatewayAnswer = {
  /** 0: nobody answered in time. */
  readonly status: number;
  readonly generation: string | null;
  /** A fault's word, where it is none but that. */
  readonly fault: string | null;
  readonly ms: number;
};

/** Asks for a few words and throws them away: what counts is whether they came. */
export async function askOwnGateway({ url, key, model, timeoutMs }: GatewayAsk): Promise<GatewayAnswer> {
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  try {
    const reply = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'user-agent': 'fairlead' },
      body: JSON.stringify({ model, max_tokens: 16, messages: [{ role: 'user', content: 'Say: ready.' }] }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const generation = wordIn(reply.headers.get('x-generation-id'));
    const fault = reply.ok ? await drained(reply) : await faultOf(reply);
    return { status: reply.status, generation, fault, ms: took() };
  } catch {
    return { status: 0, generation: null, fault: 'no-answer', ms: took() };
  }
}

async function drained(reply: Response): Promise<null> {
  await reply.arrayBuffer();
  return null;
}

/** Our own words alone: all else of a body may be somebody's text. */
async function faultOf(reply: Response): Promise<string> {
  const body: unknown = await reply.json().catch(() => undefined);
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return wordIn(code) ?? 'refused';
}

function wordIn(value: unknown): string | null {
  return typeof value === 'string' && /^[a-z0-9][a-zA-Z0-9_-]{0,63}$/.test(value) ? value : null;
}

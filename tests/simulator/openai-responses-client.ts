// What a caller of `openai-responses` may rely on, as types, and how the tests ask.
import type { Simulator } from '#simulator/simulator.ts';

export type Item = {
  readonly id: string;
  readonly type: string;
  readonly status?: string;
  readonly role?: string;
  readonly call_id?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly encrypted_content?: string;
  readonly content?: readonly { readonly type: string; readonly text: string }[];
  readonly summary?: readonly { readonly type: string; readonly text: string }[];
};

export type Answer = {
  readonly id: string;
  readonly object: string;
  readonly status: string | null;
  readonly incomplete_details: { readonly reason: string } | null;
  readonly error: { readonly code: string } | null;
  readonly output: readonly Item[];
  readonly tools: readonly { readonly strict?: boolean; readonly parameters?: unknown }[];
  readonly usage: Usage;
};

export type Usage = {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
};

export type Event = {
  readonly name: string;
  readonly type: string;
  readonly sequence_number: number;
  readonly output_index?: number;
  readonly item_id?: string;
  readonly delta?: string;
  readonly obfuscation?: string;
  readonly logprobs?: readonly unknown[];
  readonly item?: Item;
  readonly text?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly response?: Answer;
};

export type Refused = {
  readonly status: number;
  readonly message: string;
  readonly param: string;
  readonly code: string;
};

export type Client = {
  send(path: string, init?: RequestInit & { readonly json?: unknown }): Promise<Response>;
  ask(body: object): Promise<Answer>;
  stream(body: object): Promise<readonly Event[]>;
  refused(body: object): Promise<Refused>;
};

export function callResponses(url: Simulator['url']): Client {
  const send: Client['send'] = (path, { json, ...init } = {}) => {
    const body = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) };
    const headers = { authorization: 'Bearer any', 'content-type': 'application/json', ...init.headers };
    return fetch(`${url}/responses${path}`, { ...body, ...init, headers });
  };
  const filled = (body: object) => ({ model: 'sandbox/echo', input: 'one two three', ...body });
  return {
    send,
    async ask(body) {
      const reply = await send('', { json: filled(body) });
      const text = await reply.text();
      if (reply.status !== 200) throw new Error(text);
      return JSON.parse(text);
    },
    async stream(body) {
      const reply = await send('', { json: filled({ stream: true, ...body }) });
      return readEvents(await reply.text());
    },
    async refused(body) {
      const reply = await send('', { json: filled(body) });
      const { error } = JSON.parse(await reply.text());
      return { status: reply.status, ...error };
    },
  };
}

export function readEvents(text: string): Event[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((event) => {
      const [name = '', data = ''] = event.split('\n');
      return { name: name.slice('event: '.length), ...JSON.parse(data.slice('data: '.length)) };
    });
}

export function textOf(answer: Answer): string {
  return answer.output.flatMap((item) => item.content?.map((part) => part.text) ?? []).join('');
}

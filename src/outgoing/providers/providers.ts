// Every socket to an upstream: a pool per account, its credentials, its deadlines. Nothing else in the product knows a
// provider's key.
import { type Dispatcher, Pool } from 'undici';
import type { Content } from '#core/generation/content.ts';
import type { CloudAccess } from '#core/routing/cloud-access.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import type { CloudName, ProtocolName } from '#core/routing/endpoint.ts';
import { AccessTokens } from './access-tokens.ts';
import { awsProof, type Proof } from './aws-signature.ts';
import { cloudPath, joinAddress } from './cloud-address.ts';
import { cloudHead, withBetas } from './cloud-head.ts';
import { credentialHeaders } from './credential-headers.ts';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { inflating } from './inflating.ts';
import { openPostForm } from './post-form.ts';

export type ProviderAccount = {
  readonly name: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKeys: readonly string[];
  readonly cloud?: CloudName | undefined;
  readonly cloudAccess?: CloudAccess | undefined;
};

export type ProviderCall = {
  /** Whose upstream is asked: one that the filter let pass for this request. */
  readonly endpoint: EligibleEndpoint;
  /** One of `credentialsOf`; one that is not known any more is replaced by the first. */
  readonly credential: number;
  readonly protocol: ProtocolName;
  /** Below the base URL, at the provider's own API: a cloud may take it elsewhere. */
  readonly path: string;
  /** The upstream's name of the model, which clouds want in the address; nothing is asked of a model when left out. */
  readonly model?: string;
  /** POST when left out. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body: Content | undefined;
  readonly stream: boolean;
  /** Names and values in turn: what a caller said to an upstream of its own dialect. */
  readonly passedHeaders: readonly string[];
};

type Account = {
  readonly pool: Pool;
  readonly origin: string;
  readonly basePath: string;
  /** Without its mark; mostly empty. */
  readonly query: string;
  place: { readonly cloud: CloudName | undefined; readonly cloudAccess: CloudAccess | undefined };
  /** What a credential that is no key in a header makes for each request. */
  proof: Proof | undefined;
  credentials: readonly Credential[];
};

/** The number is never given to another secret. */
type Credential = {
  readonly id: number;
  /** Undefined: the upstream wants none, or one that is no key in a header. */
  readonly key: string | undefined;
  /** Flat, made once per dialect: beside passed ones the only headers that leave. */
  readonly heads: Map<ProtocolName, Heads>;
};

export class Providers {
  readonly #accounts = new Map<string, Account>();
  readonly #tokens: ReturnType<typeof openPostForm>;
  #nextCredential = 1;

  constructor(accounts: readonly ProviderAccount[], deadlines: { readonly connectMs: number }) {
    this.#tokens = openPostForm(deadlines);
    for (const { name, baseUrl, apiKeys, cloud, cloudAccess } of accounts) {
      const url = new URL(baseUrl);
      const pool = new Pool(url.origin, {
        pipelining: 1,
        connect: { timeout: deadlines.connectMs },
        // An upstream may close an idle connection at any time; a short life of our own makes that race rare.
        keepAliveTimeout: 4_000,
        keepAliveMaxTimeout: 30_000,
        // The gateway keeps the deadlines of an attempt itself.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const basePath = url.pathname.replace(/\/$/, '');
      const proof = this.#proofOf(cloudAccess);
      const address = { origin: url.origin, basePath, query: url.search.slice(1) };
      const place = { cloud, cloudAccess };
      this.#accounts.set(name, { pool, ...address, place, proof, credentials: this.#credentialsFor(apiKeys, []) });
    }
  }

  /** Which of them a request takes is decided by who knows their health. */
  credentialsOf(upstream: string): { readonly ids: readonly number[]; readonly isAnonymous: boolean } {
    const account = this.#accounts.get(upstream);
    const credentials = account?.credentials ?? [];
    const isAnonymous = !account?.proof && credentials.every(({ key }) => key === undefined);
    return { ids: credentials.map(({ id }) => id), isAnonymous };
  }

  /** Rotation: what is under way ends with the credential it began with; one that stays keeps its number. */
  renew({ name, apiKeys, cloud, cloudAccess }: ProviderAccount): void {
    const account = this.#accounts.get(name);
    if (!account) return;
    const isSameAccess = JSON.stringify(cloudAccess) === JSON.stringify(account.place.cloudAccess);
    account.credentials = this.#credentialsFor(apiKeys, isSameAccess ? account.credentials : []);
    if (isSameAccess) return;
    account.place = { cloud, cloudAccess };
    account.proof = this.#proofOf(cloudAccess);
  }

  #credentialsFor(apiKeys: readonly string[], known: readonly Credential[]): readonly Credential[] {
    const keys = apiKeys.length === 0 ? [undefined] : [...new Set(apiKeys)];
    return keys.map((key) => known.find((each) => each.key === key) ?? this.#newCredential(key));
  }

  #newCredential(key: string | undefined): Credential {
    const id = this.#nextCredential;
    this.#nextCredential += 1;
    return { id, key, heads: new Map() };
  }

  #proofOf(access: CloudAccess | undefined): Proof | undefined {
    if (access?.cloud === 'bedrock') return awsProof(access.region, access.awsKey);
    if (!access?.serviceAccount) return undefined;
    const tokens = new AccessTokens(access.serviceAccount, this.#tokens.post);
    return async () => ['authorization', `Bearer ${await tokens.token()}`];
  }

  /** Sends one request. The listener hears of everything later, never within this call. */
  call(call: ProviderCall, listener: ExchangeListener): Exchange {
    const account = this.#accounts.get(call.endpoint.upstream.name);
    const relay = new DispatchRelay(listener);
    const path = account && cloudPath(account.place, { ...call, model: call.model ?? '' });
    if (!account || path === undefined) {
      queueMicrotask(() => relay.onResponseError());
      return relay;
    }
    const heads = headsFor(account, call);
    const own = (call.stream ? heads?.stream : heads?.whole) ?? [];
    const { cloud } = account.place;
    const request = {
      path: joinAddress(account, path, call.model ?? ''),
      method: call.method ?? 'POST',
      headers: withPassed(own, cloudHead(cloud, call.passedHeaders)) as string[],
      body: withBetas(cloud, call.body?.reveal('send-upstream') ?? null, call.passedHeaders),
    } as const;
    if (account.proof) proveAndSend(account, account.proof, request, relay);
    else account.pool.dispatch(request, relay);
    return relay;
  }

  async close(): Promise<void> {
    await Promise.all([...[...this.#accounts.values()].map(({ pool }) => pool.destroy()), this.#tokens.close()]);
  }
}

type SentRequest = {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: string[];
  readonly body: Uint8Array | null;
};

/** Without a proof nothing is sent: the upstream counts as out of reach. */
function proveAndSend({ pool, origin }: Account, proof: Proof, request: SentRequest, relay: DispatchRelay): void {
  const { path, method, headers, body } = request;
  proof({ method, url: origin + path, body })
    .then((proved) => {
      if (!relay.isOver) pool.dispatch({ ...request, headers: [...headers, ...proved] }, relay);
    })
    .catch(() => relay.onResponseError());
}

type Heads = { readonly whole: readonly string[]; readonly stream: readonly string[] };

function headsFor({ credentials, place }: Account, { credential: id, protocol }: ProviderCall): Heads | undefined {
  const credential = credentials.find((each) => each.id === id) ?? credentials[0];
  const known = credential?.heads.get(protocol);
  if (known || !credential) return known;
  const made = headsOf(protocol, credential.key, place.cloud);
  credential.heads.set(protocol, made);
  return made;
}

/** What a caller said takes the place of our own default. */
function withPassed(own: readonly string[], passed: readonly string[]): readonly string[] {
  if (passed.length === 0) return own;
  const names = new Set(passed.filter((_, index) => index % 2 === 0));
  return [...own.filter((_, index) => !names.has(own[index - (index % 2)] ?? '')), ...passed];
}

function headsOf(protocol: ProtocolName, key: string | undefined, cloud: CloudName | undefined): Heads {
  const credential = credentialHeaders(protocol, key, cloud);
  const common = ['content-type', 'application/json', 'user-agent', 'fairlead', ...credential];
  return {
    whole: [...common, 'accept', 'application/json'],
    stream: [...common, 'accept', cloud === 'bedrock' ? 'application/vnd.amazon.eventstream' : 'text/event-stream'],
  };
}

const connectCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const left = new Error('aborted by the gateway');

/** Between undici's controller and a listener that knows nothing of undici. */
class DispatchRelay implements Dispatcher.DispatchHandler, Exchange {
  readonly #listener: ExchangeListener;
  #controller: Dispatcher.DispatchController | undefined;
  #inflate: ReturnType<typeof inflating> | undefined;
  #isOver = false;
  #isPaused = false;

  constructor(listener: ExchangeListener) {
    this.#listener = listener;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inflate?.destroy();
    this.#controller?.abort(left);
  }

  pause(): void {
    this.#isPaused = true;
    this.#inflate?.pause();
    this.#controller?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#inflate?.resume();
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(left);
    else if (this.#isPaused) controller.pause();
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#isOver || status < 200) return;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      this.#inflate = inflating(String(encoding), {
        data: (bytes) => !this.#isOver && this.#listener.data(bytes),
        end: () => this.#finish(),
        failed: () => this.#fail('encoded'),
        full: () => this.#controller?.pause(),
        drained: () => this.#isPaused || this.#controller?.resume(),
      });
      if (!this.#inflate) {
        this.#fail('encoded');
        return;
      }
    }
    this.#listener.head(status, headers);
  }

  onResponseData(_: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#isOver) return;
    if (this.#inflate) this.#inflate.write(bytes);
    else this.#listener.data(bytes);
  }

  onResponseEnd(): void {
    if (this.#inflate) this.#inflate.end();
    else this.#finish();
  }

  // The error's text is never read: it can quote what was sent.
  onResponseError(_?: Dispatcher.DispatchController, error?: Error): void {
    if (this.#isOver) return;
    const code = error && 'code' in error ? String(error.code) : '';
    this.#isOver = true;
    this.#inflate?.destroy();
    this.#listener.failed(!error || connectCodes.has(code) ? 'connect-failed' : 'reset');
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.end();
  }

  #fail(what: 'encoded'): void {
    if (this.#isOver) return;
    this.abort();
    this.#listener.failed(what);
  }
}

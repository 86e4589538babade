// Every socket to an upstream: a pool per account, its credentials, its deadlines. Nothing else in the product knows a
// provider's key.
import { Buffer } from 'node:buffer';
import type { Content } from '#core/generation/content.ts';
import type { ContentStream } from '#core/generation/content-stream.ts';
import type { CloudAccess } from '#core/routing/cloud-access.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import type { CloudName, ProtocolName } from '#core/routing/endpoint.ts';
import type { OwnKey } from '#core/routing/own-key.ts';
import { AccessTokens } from './access-tokens.ts';
import { awsProof, type Proof } from './aws-signature.ts';
import { cloudPath, joinAddress } from './cloud-address.ts';
import { cloudHead, withBetas } from './cloud-head.ts';
import { credentialHeaders } from './credential-headers.ts';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { ExchangeRelay } from './exchange-relay.ts';
import { HttpClient } from './http-client.ts';
import { openPostForm } from './post-form.ts';
import { headerLines, headText, type SentRequest } from './request-head.ts';
import { sendUpload } from './send-upload.ts';

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
  /** In place of it: a key of the workspace itself. */
  readonly ownKey?: OwnKey | undefined;
  readonly protocol: ProtocolName;
  /** Below the base URL, at the provider's own API: a cloud may take it elsewhere. */
  readonly path: string;
  /** The upstream's name of the model, which clouds want in the address; nothing is asked of a model when left out. */
  readonly model?: string;
  /** POST when left out. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body: Content | undefined;
  /** In place of a body: it passes once, and is never sent again. */
  readonly upload?: { readonly content: ContentStream; readonly bytes: number | undefined } | undefined;
  readonly stream: boolean;
  /** Names and values in turn: what a caller said to an upstream of its own dialect. */
  readonly passedHeaders: readonly string[];
};

type Account = {
  readonly client: HttpClient;
  readonly origin: string;
  readonly host: string;
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
  /** By name: those that came later, as they were last given. */
  readonly #adopted = new Map<string, ProviderAccount>();
  readonly #tokens: ReturnType<typeof openPostForm>;
  readonly #connectMs: number;
  #nextCredential = 1;

  constructor(accounts: readonly ProviderAccount[], deadlines: { readonly connectMs: number }) {
    this.#tokens = openPostForm(deadlines);
    this.#connectMs = deadlines.connectMs;
    for (const account of accounts) this.#accounts.set(account.name, this.#accountOf(account));
  }

  #accountOf({ baseUrl, apiKeys, cloud, cloudAccess }: ProviderAccount): Account {
    const url = new URL(baseUrl);
    const client = new HttpClient(url, { connectMs: this.#connectMs });
    const basePath = url.pathname.replace(/\/$/, '');
    const proof = this.#proofOf(cloudAccess);
    const address = { origin: url.origin, host: url.host, basePath, query: url.search.slice(1) };
    const place = { cloud, cloudAccess };
    return { client, ...address, place, proof, credentials: this.#credentialsFor(apiKeys, []) };
  }

  /**
   * All accounts beyond those of the start, as they are now. What is under way ends where it began, also at one that is gone, of
   * which no connection stays open. True: something changed.
   */
  adopt(accounts: readonly ProviderAccount[]): boolean {
    const given = new Map(accounts.map((account) => [account.name, account]));
    const gone = [...this.#adopted.keys()].filter((name) => !given.has(name));
    for (const name of gone) {
      this.#adopted.delete(name);
      this.#accounts.get(name)?.client.retire();
      this.#accounts.delete(name);
    }
    const changed = accounts.filter((account) => this.#adoptOne(account));
    this.#tokens.keep([...this.#accounts.values()].flatMap(tokenUrlOf));
    return gone.length > 0 || changed.length > 0;
  }

  /** One of the start is never replaced. */
  #adoptOne(account: ProviderAccount): boolean {
    const { name, baseUrl, cloud } = account;
    const known = this.#adopted.get(name);
    if (!known && this.#accounts.has(name)) return false;
    if (known && JSON.stringify(known) === JSON.stringify(account)) return false;
    this.#adopted.set(name, account);
    if (known?.baseUrl === baseUrl && known.cloud === cloud) this.renew(account);
    else {
      this.#accounts.get(name)?.client.retire();
      this.#accounts.set(name, this.#accountOf(account));
    }
    return true;
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
    const relay = new ExchangeRelay(listener);
    const path = account && cloudPath(account.place, { ...call, model: call.model ?? '' });
    if (!account || path === undefined || !mayLeave(call, account)) {
      queueMicrotask(() => relay.failed('connect-failed'));
      return relay;
    }
    const heads = call.ownKey ? ownHeads(call.ownKey, call.protocol, account) : headsFor(account, call);
    const own = (call.stream ? heads?.stream : heads?.whole) ?? noHead;
    const { cloud } = account.place;
    const passed = cloudHead(cloud, call.passedHeaders);
    const request = {
      path: joinAddress(account, path, call.model ?? ''),
      method: call.method ?? 'POST',
      headers: withPassed(own.list, passed),
      lines: passed.length === 0 ? own.lines : undefined,
      body: withBetas(cloud, call.body?.revealPieces('send-upstream') ?? [], call.passedHeaders),
    } as const;
    if (call.upload) relay.attach(this.#sendUpload(account, request, call.upload, relay));
    else if (account.proof && !call.ownKey) proveAndSend(account, account.proof, request, relay);
    else send(account, request, relay);
    return relay;
  }

  /** A signature covers the whole body, which nobody has: clouds that want one take no uploads. */
  #sendUpload(
    { origin, proof }: Account,
    { path, headers }: SentRequest,
    { content, bytes }: NonNullable<ProviderCall['upload']>,
    relay: ExchangeRelay,
  ): Exchange {
    if (!proof) return sendUpload({ origin, path, headers, content, bytes }, this.#connectMs, relay);
    queueMicrotask(() => relay.failed('connect-failed'));
    return nobody;
  }

  close(): void {
    for (const { client } of this.#accounts.values()) client.destroy();
    this.#tokens.close();
  }
}

/** Where an account asks for its access tokens, if it does. */
function tokenUrlOf({ place }: Account): readonly string[] {
  const access = place.cloudAccess;
  return access?.cloud === 'vertex' && access.serviceAccount ? [access.serviceAccount.tokenUrl] : [];
}

const nobody: Exchange = { abort() {}, pause() {}, resume() {} };

function send({ client, host }: Account, request: SentRequest, relay: ExchangeRelay): void {
  const head = headText(request, host);
  if (head === undefined) queueMicrotask(() => relay.failed('connect-failed'));
  else relay.attach(client.send({ head, body: request.body }, relay));
}

/** Without a proof nothing is sent: the upstream counts as out of reach. */
function proveAndSend(account: Account, proof: Proof, request: SentRequest, relay: ExchangeRelay): void {
  const { path, method, headers, body } = request;
  proof({ method, url: account.origin + path, body: body.length === 0 ? null : Buffer.concat(body) })
    .then((proved) => {
      if (!relay.isOver) send(account, { ...request, headers: [...headers, ...proved], lines: undefined }, relay);
    })
    .catch(() => relay.failed('connect-failed'));
}

/** A credential goes to the origin that it was given for and to no other; an endpoint of an own key is asked with that key alone. */
function mayLeave({ endpoint, ownKey }: ProviderCall, { origin }: Account): boolean {
  return ownKey?.id === endpoint.ownKey?.id && (ownKey === undefined || ownKey.origin === origin);
}

const ownHeadsKept = new WeakMap<OwnKey, Map<ProtocolName, Heads>>();

/** Made once for as long as the key is known. */
function ownHeads(ownKey: OwnKey, protocol: ProtocolName, { place }: Account): Heads {
  const kept = ownHeadsKept.get(ownKey) ?? new Map<ProtocolName, Heads>();
  ownHeadsKept.set(ownKey, kept);
  const heads = kept.get(protocol) ?? headsOf(protocol, ownKey.secret.revealText('send-upstream'), place.cloud);
  kept.set(protocol, heads);
  return heads;
}

/** Written out once: nearly all requests send it as it is. */
type Head = { readonly list: readonly string[]; readonly lines: string | undefined };

type Heads = { readonly whole: Head; readonly stream: Head };

const noHead: Head = { list: [], lines: '' };

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
  const head = (accept: string): Head => {
    const list = [...common, 'accept', accept];
    return { list, lines: headerLines(list) };
  };
  return {
    whole: head('application/json'),
    stream: head(cloud === 'bedrock' ? 'application/vnd.amazon.eventstream' : 'text/event-stream'),
  };
}

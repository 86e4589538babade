import { Buffer } from 'node:buffer';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import { hasSealedState } from '#core/protocol/sealed-state.ts';
import type { TokenCount } from '#core/protocol/token-count.ts';
import { tokenCountOf } from '#core/protocol/token-counts.ts';
import { type AskedModel, findAsked } from '#core/routing/asked-model.ts';
import { autoModels, autoWishes } from '#core/routing/auto-models.ts';
import { dayOf } from '#core/routing/data-handling.ts';
import { plainAsk } from '#core/routing/eligible.ts';
import { withOwnKeys } from '#core/routing/own-key.ts';
import { inFileOrder, type PlanStep, planTogether } from '#core/routing/plan.ts';
import { toWanted } from '#core/routing/plan-models.ts';
import { inputEstimateOf } from '../admit/input-bound.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import { countInput, namesOf } from '../meter/count-own.ts';
import { askStorage } from '../plan/ask-storage.ts';
import { needsOf } from '../plan/needs-of.ts';
import { ownKeysAskOf } from '../plan/plan-request.ts';
import { idHeaders } from '../relay/reply-headers.ts';
import { serveBeside, takeOneRequest } from './serve-beside.ts';

const replyBytesMax = 64 * 1024;

/**
 * How many tokens a request has: said by the first upstream of the caller's dialect, else counted where the model's
 * tokenizer is at hand, else estimated, and marked so. It costs nothing, so it works with an empty wallet.
 */
export async function countTokens(call: Call, gateway: Gateway): Promise<void> {
  await serveBeside(call, gateway, async (caller) => {
    const count = tokenCountOf(call.protocol.name);
    if (!count) throw new Fault('not-found');
    const body = (await call.readBody()).reveal('count');
    const facts = call.protocol.readRequest(body, call.address);
    const storage = await askStorage({ facts, body, caller }, gateway);
    const asked = findAsked(gateway.catalogue, facts.model) ?? anyModelFor(facts, body, gateway);
    if (!asked) throw new Fault('model-unknown');
    await takeOneRequest(caller, [asked.model.id], gateway);
    const shared = {
      ...plainAsk(call.protocol.name, dayOf(call.at), caller.rules),
      mayStoreAt: storage.mayStoreAt,
      pinnedTo: storage.pinnedTo,
    };
    const wanted = [toWanted(asked, shared)] as const;
    const ours = planTogether(wanted, inFileOrder);
    // Where a key of the workspace is the only one, the operator's is not asked to count either.
    const { steps } = caller.ownKeys.length === 0 ? ours : withOwnKeys(ours, wanted, ownKeysAskOf(caller, gateway));
    const native = mustStay(facts, body) ? undefined : steps.find(({ protocol }) => protocol === call.protocol.name);
    const said = native && (await askUpstream({ call, caller, count, facts, body, step: native }, gateway));
    if (call.reply.hasLeft) return;
    const models = [asked.asked, ...steps.slice(0, 1).flatMap(({ endpoint }) => namesOf(endpoint))];
    const counted = said === undefined ? await countInput({ call, body, facts, models }, gateway.counter) : undefined;
    if (call.reply.hasLeft) return;
    answer(call, count, { said, counted, estimate: inputEstimateOf(body.length, facts) });
  });
}

/** `auto`: the first that may be meant. */
function anyModelFor(facts: RequestFacts, body: Uint8Array, gateway: Gateway): AskedModel | undefined {
  const wishes = autoWishes(facts.model, gateway.catalogue);
  if (!wishes) return undefined;
  const inputTokens = inputEstimateOf(body.length, facts);
  const ask = { wishes, among: gateway.autoModels, needs: needsOf({ body, facts }), inputTokens, outputTokens: 0 };
  return autoModels(gateway.catalogue, ask).flat()[0];
}

/** Who its end user is leaves as a pseudonym alone, and another family's state not at all: then an estimate must do. */
function mustStay({ spans }: RequestFacts, body: Uint8Array): boolean {
  return personal.some((name) => spans.has(name)) || hasSealedState(body);
}

const personal = ['user', 'safety_identifier', 'metadata.user_id'] as const;

type CountAsk = {
  readonly call: Call;
  readonly caller: Caller;
  readonly count: TokenCount;
  readonly facts: RequestFacts;
  readonly body: Uint8Array;
  readonly step: PlanStep;
};

/** The upstream's answer; undefined when it gave none in time: an estimate is better than a failure. */
function askUpstream(
  { call, caller, count, facts, body, step }: CountAsk,
  gateway: Gateway,
): Promise<number | undefined> {
  const { endpoint, protocol, upstreamModel: model } = step;
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let isGood = false;
    let bytes = 0;
    const finish = (tokens: number | undefined) => {
      clearTimeout(timer);
      exchange.abort();
      resolve(tokens !== undefined && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : undefined);
    };
    const exchange = gateway.providers.call(
      {
        endpoint,
        credential: gateway.health.credentialOf(endpoint.upstream.name, model),
        ownKey: caller.ownKeys.find(({ id }) => id === endpoint.ownKey?.id),
        protocol,
        path: count.upstreamPath(model),
        model,
        body: Content.ofBytes(withModel(body, facts, model)),
        stream: false,
        passedHeaders: call.passedHeaders,
      },
      {
        head: (status) => {
          isGood = status === 200;
        },
        data: (chunk) => {
          bytes += chunk.length;
          if (bytes > replyBytesMax) finish(undefined);
          else chunks.push(chunk);
        },
        end: () => finish(isGood ? count.read(Buffer.concat(chunks)) : undefined),
        failed: () => finish(undefined),
      },
    );
    const timer = setTimeout(() => finish(undefined), gateway.deadlines.firstContentMs);
    call.reply.onLeft(() => finish(undefined));
  });
}

/** The one splice of a count: the name by which the upstream knows the model. */
function withModel(body: Uint8Array, facts: RequestFacts, model: string): Uint8Array {
  const span = facts.spans.get('model');
  if (!span || facts.model === model) return body;
  return Buffer.concat([body.subarray(0, span.start), Buffer.from(JSON.stringify(model)), body.subarray(span.end)]);
}

type Numbers = {
  readonly said: number | undefined;
  readonly counted: number | undefined;
  readonly estimate: number;
};

function answer(call: Call, count: TokenCount, { said, counted, estimate }: Numbers): void {
  const bytes = Buffer.from(JSON.stringify(count.encode(said ?? counted ?? estimate)));
  const source = said !== undefined ? 'reported' : counted !== undefined ? 'counted' : 'estimated';
  call.reply.head(200, [
    ...idHeaders(call),
    ...['x-fairlead-usage-source', source],
    ...['content-type', 'application/json', 'content-length', String(bytes.length), 'cache-control', 'no-store'],
  ]);
  call.reply.end(bytes);
}

// What callers leave at upstreams, and counts: whatever the registry and the policy, each of these calls asks the one filter.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { asFault } from '#core/generation/fault.ts';
import { type OwnerSettings, storageDays } from '#core/privacy/owner-settings.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import { dayOf } from '#core/routing/data-handling.ts';
import { plainAsk } from '#core/routing/eligible.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Catalogue } from '#core/routing/find-model.ts';
import type { OwnKey } from '#core/routing/own-key.ts';
import { ownerRules } from '#core/routing/owner-rules.ts';
import { inFileOrder, planTogether } from '#core/routing/plan.ts';
import { modelsOf, toWanted } from '#core/routing/plan-models.ts';
import { askedAnew, endpointAt, endpointForNew } from '#gateway/kept/endpoint-at.ts';
import { forbids, type Judged, type Request, request } from './policy-oracle.ts';
import { maybe, registry, upstreamNames } from './random-registry.ts';

type CallersProtocol = Parameters<typeof protocolOf>[0];

const runs = 10_000;
const at = Date.parse('2026-12-01T12:00:00Z');
const anyName = ['m', ''] as const;
const [upstream, storage, ownKeys] = [
  fc.constantFrom(...upstreamNames),
  fc.constantFrom('none', 'any:30', 'one:30', 'Two:0,any:1'),
  fc.subarray([...upstreamNames], { maxLength: 1 }),
];

/** A question that demands nothing but what its workspace does. Callers speak no Bedrock. */
function ownersAlone(
  { owner, day, protocol }: Request,
  more: Partial<Judged> = {},
): Judged & { protocol: CallersProtocol } {
  const spoken = protocol === 'bedrock-converse' ? 'openai-chat' : protocol;
  const nothing = { policy: undefined, mayStoreAt: undefined, pinnedTo: undefined, input: 1 };
  return { owner, day, ...nothing, nativeOnly: true, ...more, protocol: spoken };
}

function ask({ protocol }: { readonly protocol: CallersProtocol }) {
  return { protocol: protocolOf(protocol), at };
}

/** Nobody has prices of their own here. */
const knowing = (catalogue: Catalogue) => ({ catalogue: { ...catalogue, own: new Map() } });

/** The endpoint, or the fault's word. */
function chosen(choose: () => Endpoint): Endpoint | string {
  try {
    return choose();
  } catch (thrown) {
    return asFault(thrown).fault;
  }
}

const placesOf = ({ models }: Catalogue, name: string) =>
  models.flatMap(({ endpoints }) => endpoints.filter((each) => each.upstream.name === name).slice(0, 1));

test('what was left at an upstream is asked for there, while it may be asked; taken back also where it may not be any more', () => {
  const seen = { asked: 0, refused: 0, onlyTakenBack: 0 };
  fc.assert(
    fc.property(registry, request, upstream, (catalogue, given, name) => {
      // It agreed when it left something there.
      const asked = ownersAlone(given, { owner: { sub_processors: `${name}:agree` } });
      const reads = chosen(() => endpointAt(name, ask(asked), knowing(catalogue)));
      const takes = chosen(() => endpointAt(name, ask(asked), knowing(catalogue), true));
      const places = placesOf(catalogue, name);
      const allowed = places.filter((endpoint) => !forbids(endpoint, anyName, asked));
      const reachable = places.filter(
        ({ upstream: { enabled, protocols } }) => enabled && protocols.includes(asked.protocol),
      );

      if (typeof reads === 'string') {
        seen.refused += 1;
        // An object is no model's: one that is not accepted speaks for its upstream.
        assert.ok(places.length === 0 || allowed.length < places.length, 'who may be asked is asked');
      } else {
        seen.asked += 1;
        assert.ok(reads.upstream.name === name && allowed.includes(reads), `${reads.id} is forbidden`);
      }
      // A deletion carries nothing but a name: the sole rules are that the place is on, is the one, and speaks the language.
      if (typeof takes === 'string') assert.deepEqual(reachable, []);
      else assert.ok(reachable.includes(takes), `${takes.id} cannot be asked`);
      if (typeof reads === 'string' && typeof takes !== 'string') seen.onlyTakenBack += 1;
    }),
    { numRuns: runs },
  );
  for (const [what, times] of Object.entries(seen)) assert.ok(times > runs / 50, `${what}: ${times}`);
});

test('a new file goes where its workspace allows and wants it kept, and a batch where it wants it worked on', () => {
  const seen = { left: 0, refused: 0, begun: 0, notBegun: 0 };
  fc.assert(
    fc.property(registry, request, maybe(upstream), storage, ownKeys, (catalogue, given, named, days, only) => {
      const settings = { ...given.owner, storage: days } as OwnerSettings;
      const caller = { settings, rules: ownerRules(settings), ownKeys: only.map(onlyKey) };
      const call = { ...ask(ownersAlone(given)), options: { upstream: named } };
      const left = chosen(() => endpointForNew(call, caller, knowing(catalogue)));
      const asked = ownersAlone(given, { pinnedTo: named });
      const isForbidden = (endpoint: Endpoint) =>
        forbids(endpoint, anyName, asked) ||
        only.some((each) => each === endpoint.upstream.name) ||
        storageDays(settings, endpoint.upstream.provider) === 0;

      if (typeof left === 'string') {
        seen.refused += 1;
        assert.deepEqual(
          upstreamNames.flatMap((name) => placesOf(catalogue, name).slice(0, 1)).filter((each) => !isForbidden(each)),
          [],
        );
        return;
      }
      seen.left += 1;
      assert.ok(!isForbidden(left), `${left.id} is forbidden`);
      // By the next day another rule may hold.
      const later = { ...given.owner, zdr: 'on' };
      const begun = chosen(() =>
        askedAnew(endpointAt(left.upstream.name, call, knowing(catalogue)), call, {
          rules: ownerRules(later as OwnerSettings),
        }),
      );
      if (typeof begun === 'string') seen.notBegun += 1;
      else {
        seen.begun += 1;
        assert.ok(!forbids(begun, anyName, ownersAlone(given, { owner: later })), `${begun.id} is forbidden`);
      }
    }),
    { numRuns: runs },
  );
  for (const [what, times] of Object.entries(seen)) assert.ok(times > runs / 100, `${what}: ${times}`);
});

test('tokens are counted by nobody who may not have the request', () => {
  let counted = 0;
  fc.assert(
    fc.property(registry, request, (catalogue, given) => {
      const asked = ownersAlone(given, { mayStoreAt: given.mayStoreAt, pinnedTo: given.pinnedTo, nativeOnly: false });
      const [model] = modelsOf({ name: 'm', others: [] }, catalogue);
      if (!model) return;
      const { mayStoreAt } = asked;
      const shared = {
        ...plainAsk(asked.protocol, dayOf(at), ownerRules(asked.owner as OwnerSettings)),
        mayStoreAt: mayStoreAt === undefined ? undefined : (provider: string) => provider === mayStoreAt,
        pinnedTo: asked.pinnedTo,
      };
      for (const { endpoint } of planTogether([toWanted(model, shared)], inFileOrder).steps) {
        counted += 1;
        assert.ok(!forbids(endpoint, anyName, asked), `${endpoint.id} is forbidden`);
      }
    }),
    { numRuns: runs },
  );
  assert.ok(counted > runs / 2, `${counted} counts`);
});

function onlyKey(name: string): OwnKey {
  const facts = { id: `own-${name}`, edition: 1, origin: 'http://here', use: 'only', models: null } as const;
  return { ...facts, upstream: name, secret: Content.ofText('secret') };
}

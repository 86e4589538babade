import { Fault } from '#core/generation/fault.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import { readString } from '#core/protocol/json-scan.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import { storedReferences } from '#core/protocol/stored-reference.ts';
import type { PlanAsk } from '#core/routing/eligible.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';

type StorageAsk = Pick<PlanAsk, 'mayStoreAt' | 'pinnedTo'>;

const nothing: StorageAsk = { mayStoreAt: undefined, pinnedTo: undefined };

/** The field by which a request uses what an upstream has stored through us. */
const reference = 'previous_response_id';

/** A prompt stored at the operator's account is no caller's. */
const refused = 'prompt';
/** What runs on in the background is stored, for its caller to come back for. */
const background = 'background';

const idPattern = /^"[A-Za-z0-9_-]{1,128}"$/;

/**
 * What a request that stores at an upstream, or uses what is stored there, asks of endpoints: a provider at which the
 * workspace allows it, and the one upstream that keeps the object.
 */
export function askStorage(
  { facts, body, caller }: { readonly facts: RequestFacts; readonly body: Uint8Array; readonly caller: Caller },
  gateway: Gateway,
): StorageAsk | Promise<StorageAsk> {
  // What nobody created through us has no owner that we know: it may be another workspace's.
  if (facts.spans.has('item_reference') || facts.spans.has('conversation')) throw new Fault('object-unknown');
  const files = filesOf(facts, body);
  if (facts.spans.has(refused)) throw new Fault('field-not-carried', { field: refused });
  const runsOn = facts.spans.has(background);
  if (runsOn && facts.store === false) {
    throw new Fault('request-malformed', { reason: 'what runs in the background is stored: "store" cannot be false' });
  }
  const span = facts.spans.get(reference);
  if (facts.store !== true && !runsOn && !span && files.length === 0) return nothing;
  const { settings, workspace } = caller;
  if ((settings.storage ?? 'none') === 'none') {
    throw new Fault('storage-not-allowed', {
      field: files.length > 0 ? 'files' : span ? reference : runsOn ? background : 'store',
    });
  }
  const mayStoreAt = (provider: string) => storageDays(settings, provider) > 0;
  if (!span && files.length === 0) return { mayStoreAt, pinnedTo: undefined };
  const kept = files.map((id) => gateway.objects.upstreamOf(workspace, id, 'file'));
  if (span) kept.push(gateway.objects.upstreamOf(workspace, readId(body, span)));
  return Promise.all(kept).then((upstreams) => ({ mayStoreAt, pinnedTo: theOne(upstreams) }));
}

/** No upstream has what another one keeps. */
function theOne(upstreams: readonly string[]): string | undefined {
  const [first, ...others] = new Set(upstreams);
  if (others.length > 0) throw new Fault('object-unknown');
  return first;
}

const filesMax = 50;

/** Files by their ids. What nobody can have made through us is nobody's who asks here. */
function filesOf(facts: RequestFacts, body: Uint8Array): readonly string[] {
  // A form names nothing by an id, and what says nothing of unknown size names nothing either.
  if (facts.media?.isForm || (!facts.inputIsOpen && facts.nativeOnly === undefined)) return [];
  const { files, hasOthers } = storedReferences(body);
  if (hasOthers || files.size > filesMax) throw new Fault('object-unknown');
  const ids = [...files];
  if (!ids.every((id) => idPattern.test(`"${id}"`))) throw new Fault('object-unknown');
  return ids;
}

function readId(body: Uint8Array, span: { readonly start: number; readonly end: number }): string {
  const text = readString(body, { kind: 'string', keyStart: span.start, ...span });
  if (!idPattern.test(`"${text}"`)) throw new Fault('object-unknown');
  return text;
}

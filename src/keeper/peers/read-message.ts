import type { Rate } from '#core/allowance/rate-state.ts';
import type { GatewayHint, HealthAlert, KeySighting, SealedCapture, ToKeeper, Want } from '../interface/messages.ts';

/** What a peer said is not the keeper's protocol: its connection ends, nobody else's. */
class BrokenMessage extends Error {
  override readonly name = 'BrokenMessage';
}

type Fields = Readonly<Record<string, unknown>>;

const wantsMax = 10_000;
const recordsMax = 100_000;
const hintsMax = 10_000;
const sightingsMax = 20_000;
const networksMax = 1_000;
/** Two parts of 256 KiB, what seals them, in base64. */
const sealedMax = 710_000;

/** The message in a frame. Throws BrokenMessage. */
export function readMessage(value: unknown): ToKeeper {
  const fields = readFields(value);
  const { kind } = fields;
  switch (kind) {
    case 'hello': {
      const part = fields.part;
      if (part !== 'gateway' && part !== 'journal' && part !== 'command') throw new BrokenMessage('part');
      return { kind, instance: readId(fields, 'instance'), part };
    }
    case 'lookup':
      return { kind, ask: readCount(fields, 'ask'), hash: readId(fields, 'hash') };
    case 'want':
      return { kind, ask: readCount(fields, 'ask'), wants: readList(fields, 'wants', wantsMax).map(readWant) };
    case 'give': {
      const isDone = fields.done === true;
      return { kind, lease: readId(fields, 'lease'), granted: readAmount(fields, 'granted'), done: isDone };
    }
    case 'held':
      return { kind, wallet: readId(fields, 'wallet'), amount: readAmount(fields, 'amount') };
    case 'rate':
      return {
        kind,
        ask: readCount(fields, 'ask'),
        ...readRate(fields),
        need: readCount(fields, 'need'),
        wanted: readCount(fields, 'wanted'),
      };
    case 'rate-back':
      return { kind, ...readRate(fields), unused: readWhole(fields, 'unused') };
    case 'renew':
    case 'bye':
      return { kind, ask: readCount(fields, 'ask') };
    case 'hints':
      return { kind, hints: readList(fields, 'hints', hintsMax).map(readHint) };
    case 'alert':
      return { kind, alert: readAlert(readFields(fields.alert)) };
    case 'sightings':
      return { kind, sightings: readList(fields, 'sightings', sightingsMax).map(readSighting) };
    case 'ended':
      return { kind, through: readCount(fields, 'through'), records: readList(fields, 'records', recordsMax) };
    case 'capture':
      return { kind, ask: readCount(fields, 'ask'), capture: readCapture(readFields(fields.capture)) };
    case 'command':
      return { kind, ask: readCount(fields, 'ask'), name: readId(fields, 'name'), args: fields.args };
    default:
      throw new BrokenMessage('kind');
  }
}

function readWant(value: unknown): Want {
  const fields = readFields(value);
  return {
    allowance: readId(fields, 'allowance'),
    lease: readId(fields, 'lease'),
    have: readAmount(fields, 'have'),
    need: readAmount(fields, 'need'),
    wanted: readAmount(fields, 'wanted'),
    target: readAmount(fields, 'target'),
  };
}

function readHint(value: unknown): GatewayHint {
  const fields = readFields(value);
  return {
    endpoint: readName(fields, 'endpoint'),
    outUntil: readCountOrNull(fields, 'outUntil'),
    firstContentMs: readCountOrNull(fields, 'firstContentMs'),
    millitokensPerSecond: readCountOrNull(fields, 'millitokensPerSecond'),
  };
}

function readSighting(value: unknown): KeySighting {
  const fields = readFields(value);
  const networks = readList(fields, 'networks', networksMax).map((each) => {
    const { network, country } = readFields(each);
    if (typeof network !== 'string' || network.length > 64) throw new BrokenMessage('network');
    if (typeof country !== 'string' || !/^([A-Z]{2})?$/.test(country)) throw new BrokenMessage('country');
    return { network, country };
  });
  const { last } = fields;
  if (last !== null && (typeof last !== 'string' || last.length > 64)) throw new BrokenMessage('last');
  return { key: readId(fields, 'key'), networks, endUsers: readCount(fields, 'endUsers'), last };
}

function readCapture(fields: Fields): SealedCapture {
  const { sealed } = fields;
  if (typeof sealed !== 'string' || sealed.length > sealedMax || !/^[A-Za-z0-9_-]+$/.test(sealed)) {
    throw new BrokenMessage('sealed');
  }
  return {
    inspection: readId(fields, 'inspection'),
    generation: readId(fields, 'generation'),
    requestBytes: readCount(fields, 'requestBytes'),
    answerBytes: readCount(fields, 'answerBytes'),
    sealed,
  };
}

function readAlert(fields: Fields): HealthAlert {
  const { event } = fields;
  const why = readId(fields, 'why');
  switch (event) {
    case 'endpoint-out':
    case 'endpoint-back':
      return { event, endpoint: readName(fields, 'endpoint'), why };
    case 'credential-out':
    case 'credential-back':
      return { event, credential: readName(fields, 'credential'), why };
    default:
      throw new BrokenMessage('event');
  }
}

function readRate(fields: Fields): { readonly id: string; readonly rate: Rate } {
  const rate = readFields(fields.rate);
  const { unit } = rate;
  if (unit !== 'requests' && unit !== 'tokens') throw new BrokenMessage('unit');
  const perMinute = Math.max(1, readCount(rate, 'perMinute'));
  return { id: readId(fields, 'id'), rate: { unit, perMinute, burst: Math.max(1, readCount(rate, 'burst')) } };
}

function readWhole(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new BrokenMessage(name);
  return value;
}

function readFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new BrokenMessage('message');
  // A parser: every field is checked when it is read.
  return value as Fields;
}

function readId(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '' || value.length > 256) throw new BrokenMessage(name);
  return value;
}

/** A public model and its upstream are longer than an id of ours. */
function readName(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '' || value.length > 512) throw new BrokenMessage(name);
  return value;
}

function readCountOrNull(fields: Fields, name: string): number | null {
  return fields[name] === null ? null : readCount(fields, name);
}

function readCount(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new BrokenMessage(name);
  return value;
}

function readAmount(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || !/^\d{1,19}$/.test(value)) throw new BrokenMessage(name);
  return value;
}

function readList(fields: Fields, name: string, max: number): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value) || value.length > max) throw new BrokenMessage(name);
  return value;
}

/** A range of internet addresses: those whose first `prefix` bits are these. */
type Range = { readonly bits: Bits; readonly prefix: number; readonly start: bigint };
type Bits = 32 | 128;
type Address = { readonly bits: Bits; readonly value: bigint };

const rangesMax = 40;

/** From where a key may be used. Where there are several lists, the workspace's and the key's own, each must have the address. */
export class AddressLists {
  readonly #lists: readonly (readonly Range[])[];

  private constructor(lists: readonly (readonly Range[])[]) {
    this.#lists = lists;
  }

  /** As the setting `addresses` says it, lists with spaces between; undefined: from anywhere. */
  static read(setting: string | undefined): AddressLists | undefined {
    const lists = (setting ?? 'any').split(' ').filter((list) => list !== 'any');
    if (lists.length === 0) return undefined;
    return new AddressLists(lists.map((list) => list.split(',').flatMap((written) => readRange(written) ?? [])));
  }

  /** An address that nobody knows, or that is none, is in no list. */
  have(written: string | undefined): boolean {
    const address = written === undefined ? undefined : readAddress(written);
    return address !== undefined && this.#lists.every((list) => list.some((range) => contains(range, address)));
  }
}

/** `any`, or addresses and ranges with commas between. */
export function isAddressList(value: string): boolean {
  const written = value.split(',');
  return value === 'any' || (written.length <= rangesMax && written.every((each) => readRange(each) !== undefined));
}

function contains({ bits, prefix, start }: Range, address: Address): boolean {
  const rest = BigInt(bits - prefix);
  return address.bits === bits && address.value >> rest === start >> rest;
}

function readRange(written: string): Range | undefined {
  const [first = '', prefix, more] = written.split('/');
  const address = readAddress(first);
  if (!address || more !== undefined) return undefined;
  const { bits, value } = address;
  if (prefix === undefined) return { bits, prefix: bits, start: value };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) return undefined;
  return { bits, prefix: Number(prefix), start: value };
}

/** An IPv4 address that is written as one of IPv6 is the same. */
function readAddress(written: string): Address | undefined {
  if (!written.includes(':')) return readFour(written);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(written)?.[1];
  if (mapped !== undefined) return readFour(mapped);
  const value = readSix(written);
  if (value === undefined) return undefined;
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}

function readFour(written: string): Address | undefined {
  const parts = written.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return { bits: 32, value: joined(parts.map(Number), 8n) };
}

function readSix(written: string): bigint | undefined {
  const [before = '', after, more] = written.split('::');
  if (more !== undefined) return undefined;
  const [head, tail] = [before, after ?? ''].map((side) => (side === '' ? [] : side.split(':')));
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return joined(
    groups.map((group) => Number.parseInt(group, 16)),
    16n,
  );
}

function joined(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
}

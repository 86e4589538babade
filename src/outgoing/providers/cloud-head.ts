import { Buffer } from 'node:buffer';
import type { CloudName } from '#core/routing/endpoint.ts';

/** What a caller said in the head that its cloud takes in the body, or not at all. */
const heldBack: Readonly<Partial<Record<CloudName, ReadonlySet<string>>>> = {
  bedrock: new Set(['anthropic-version', 'anthropic-beta']),
  vertex: new Set(['anthropic-version']),
};

/** Of the headers that are passed on, names and values in turn, those that this cloud takes. */
export function cloudHead(cloud: CloudName | undefined, passed: readonly string[]): readonly string[] {
  const held = cloud && heldBack[cloud];
  if (!held || passed.length === 0) return passed;
  return passed.filter((_, index) => !held.has(passed[index - (index % 2)] ?? ''));
}

/** Bedrock takes `anthropic-beta` as a list in the body. Anything but an object goes as it is: it is refused there. */
export function withBetas(
  cloud: CloudName | undefined,
  body: readonly Uint8Array[],
  passed: readonly string[],
): readonly Uint8Array[] {
  if (cloud !== 'bedrock' || body.length === 0) return body;
  const at = passed.indexOf('anthropic-beta');
  const betas = at % 2 === 0 ? (passed[at + 1] ?? '').split(',').map((beta) => beta.trim()) : [];
  const said = betas.filter((beta) => beta !== '');
  const bytes = Buffer.concat(body);
  const open = bytes.indexOf('{');
  if (said.length === 0 || open < 0 || bytes.includes('"anthropic_beta"')) return body;
  return [bytes.subarray(0, open), Buffer.from(`{"anthropic_beta":${JSON.stringify(said)},`), bytes.subarray(open + 1)];
}

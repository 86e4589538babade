import type { CloudName } from '#core/routing/endpoint.ts';
import { cutMembers } from '../cut-members.ts';
import { type FieldSpan, scanJsonObject } from '../json-scan.ts';

/** Bedrock and Vertex take the version in the body and the model in the address. Azure speaks as Anthropic does. */
const versions: Readonly<Partial<Record<CloudName, string>>> = {
  bedrock: 'bedrock-2023-05-31',
  vertex: 'vertex-2023-10-16',
};

/** `anthropic_version` of a cloud that wants it in the body; undefined for all others. */
export function cloudVersionOf(cloud: CloudName | undefined): string | undefined {
  return cloud && versions[cloud];
}

export type CloudEdit = { readonly start: number; readonly end: number; readonly text: string };

const wanted = new Set(['model', 'stream', 'anthropic_version']);

/**
 * The model's member becomes the version, unless the caller said it. On Bedrock `stream` goes too: the address says it.
 * The body was judged by an earlier scan.
 */
export function cloudEdits(
  body: Uint8Array,
  cloud: CloudName,
  version: string,
): { readonly edits: readonly CloudEdit[]; readonly splices: readonly string[] } {
  const scan = scanJsonObject(body, wanted);
  const fields: ReadonlyMap<string, FieldSpan> = scan.ok ? scan.fields : new Map();
  const model = fields.get('model');
  const stream = cloud === 'bedrock' ? fields.get('stream') : undefined;
  const isSaid = fields.has('anthropic_version');
  const cut = [isSaid ? model : undefined, stream].filter((member) => member !== undefined);
  const edits: CloudEdit[] = cutMembers(body, cut).map((span) => ({ ...span, text: '' }));
  if (!isSaid && model) {
    edits.push({ start: model.keyStart, end: model.end, text: `"anthropic_version":"${version}"` });
  }
  const splices = ['model', ...(isSaid ? [] : ['anthropic_version']), ...(stream ? ['stream'] : [])];
  return { edits, splices };
}

import type { Content } from '#core/generation/content.ts';

/** A picture that a model gave, as the item of this API's own tool for it. */
export function encodeImageItem(
  id: string,
  { mediaType, data }: { readonly mediaType: string | undefined; readonly data: Content },
): object {
  const format = mediaType === undefined ? undefined : formats.get(mediaType);
  return {
    id,
    type: 'image_generation_call',
    status: 'completed',
    result: data.revealText('translate'),
    ...(format === undefined ? {} : { output_format: format }),
  };
}

export function openImageItem(id: string): object {
  return { id, type: 'image_generation_call', status: 'in_progress', result: null };
}

const formats: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
  ['image/svg+xml', 'svg'],
]);

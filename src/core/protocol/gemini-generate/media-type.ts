import type { Medium } from '#core/generation/parts.ts';

/** The first letters of the base64 of files that tell what they are. */
const beginnings: readonly (readonly [base64: string, mediaType: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi', 'application/pdf'],
  ['SUQz', 'audio/mp3'],
  ['T2dnUw', 'audio/ogg'],
  ['ZkxhQw', 'audio/flac'],
];

const usual = {
  image: 'image/jpeg',
  audio: 'audio/wav',
  video: 'video/mp4',
  document: 'application/pdf',
} as const satisfies Record<Medium, string>;

/** Google wants a type for all inline data, and a caller may have said none. */
export function mediaTypeOf(medium: Medium, base64: string): string {
  const told = beginnings.find(([beginning]) => base64.startsWith(beginning))?.[1];
  // WAV and WebP begin alike.
  return told === undefined || !isOf(medium, told) ? usual[medium] : told;
}

function isOf(medium: Medium, mediaType: string): boolean {
  return medium === 'document' ? mediaType === 'application/pdf' : mediaType.startsWith(`${medium}/`);
}

const endings: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  pdf: 'application/pdf',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  mov: 'video/mov',
  webm: 'video/webm',
};

/** What the ending of an address says, else what its medium mostly is: without a type Vertex refuses it. */
export function mediaTypeOfUrl(medium: Medium, url: string): string {
  const ending = /\.([A-Za-z0-9]{2,5})(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase();
  const told = ending !== undefined && Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  return told ?? usual[medium];
}

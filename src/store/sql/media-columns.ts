import type { Usage } from '#core/generation/usage.ts';
import { whole } from './read-row.ts';
import type { Row } from './sql.ts';

export const mediaNames = ['audio_input', 'audio_output', 'audio_seconds', 'images'] as const;

/** Of usage, what is counted beside tokens of text; mostly nothing. */
export function mediaColumns({ audioInput = 0, audioOutput = 0, audioSeconds = 0, images = 0 }: Usage) {
  return { audio_input: audioInput, audio_output: audioOutput, audio_seconds: audioSeconds, images };
}

export function readMedia(row: Row): Partial<Usage> {
  const media = {
    audioInput: whole(row, 'audio_input'),
    audioOutput: whole(row, 'audio_output'),
    audioSeconds: whole(row, 'audio_seconds'),
    images: whole(row, 'images'),
  };
  return Object.values(media).some((count) => count > 0) ? media : {};
}

import { FormBody } from '../native-surface/form-body.ts';
import { malformed } from '../native-surface/request-body.ts';
import type { RequestAddress, RequestFacts } from '../protocol.ts';
import { lengthOfAudio } from './audio-length.ts';

const wanted: ReadonlySet<string> = new Set(['model', 'file', 'stream', 'response_format']);

/** A second of audio is some ten to seventeen tokens at OpenAI's, and as text at most so many when somebody speaks fast. */
const heardTokensPerSecondMax = 50;
const heardTokensPerSecondLikely = 17;
const saidTokensPerSecondMax = 20;
const saidTokensLeast = 256;

/** A recording that is to be written down. It is read whole, so that another endpoint may get it when one fails. */
export function readRecording(bytes: Uint8Array, { contentType = '' }: RequestAddress): RequestFacts {
  const form = new FormBody(bytes, contentType, wanted);
  const model = form.text('model');
  if (model === undefined) throw malformed('"model" is missing');
  const [file, ...others] = form.files;
  if (file?.name !== 'file' || others.length > 0) throw malformed('"file" is not one file');
  const [audio, spans] = [form.bytesOf(file), form.spansOf(['model'])];
  return recordingFacts({ model, stream: form.flag('stream') ?? false, audio, spans });
}

type Recorded = Pick<RequestFacts, 'model' | 'stream' | 'spans'> & { readonly audio: Uint8Array };

/** What a recording may cost, by its length. */
export function recordingFacts({ audio, ...own }: Recorded): RequestFacts {
  const { most, likely } = lengthOfAudio(audio);
  return {
    ...own,
    outputLimit: saidTokensLeast + most * saidTokensPerSecondMax,
    choices: 1,
    wantsUsage: true,
    store: undefined,
    nativeOnly: 'surface',
    hasTools: false,
    inputIsOpen: false,
    mediaBytes: audio.length,
    mediaTokensMax: most * heardTokensPerSecondMax,
    mediaTokensLikely: likely * heardTokensPerSecondLikely,
    media: {
      ...{ isForm: true, secondsSent: likely, speaks: false },
      bounds: { images: 0, audioSeconds: most, hasAudio: true },
    },
  };
}

import type { GenerationRequest, OutputFormat } from '#core/generation/request.ts';

/** `text` of a request, or nothing when nothing was said. */
export function encodeText({ outputFormat, verbosity }: Pick<GenerationRequest, 'outputFormat' | 'verbosity'>) {
  const isPlain = outputFormat === undefined || outputFormat.kind === 'text';
  if (isPlain && verbosity === undefined) return undefined;
  return {
    ...(isPlain ? {} : { format: encodeFormat(outputFormat) }),
    ...(verbosity === undefined ? {} : { verbosity }),
  };
}

/** As a response repeats it: with what was not said, too. */
export function echoFormat(format: OutputFormat = { kind: 'text' }): object {
  const unsaid = format.kind === 'schema' ? { description: null, strict: false } : {};
  return { ...unsaid, ...encodeFormat(format) };
}

function encodeFormat(format: OutputFormat): object {
  switch (format.kind) {
    case 'text':
      return { type: 'text' };
    case 'json':
      return { type: 'json_object' };
    case 'schema': {
      const description = format.description?.revealText('translate');
      return {
        type: 'json_schema',
        name: format.name?.revealText('translate') ?? 'answer',
        ...(description === undefined ? {} : { description }),
        schema: format.schema.revealJson('translate') ?? {},
        ...(format.strict === undefined ? {} : { strict: format.strict }),
      };
    }
  }
}

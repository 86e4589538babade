import { Content } from '#core/generation/content.ts';
import type {
  GenerationRequest,
  OutputFormat,
  ReasoningAsk,
  ReasoningEffort,
  Sampling,
} from '#core/generation/request.ts';
import { flagOf, numberOf, textOf } from '../json-value.ts';
import { itemsOf, memberOf } from './field-names.ts';
import { type FieldTable, type Keep, keepForeign } from './foreign-fields.ts';
import { toJsonSchema } from './schema-dialect.ts';

type Config = Pick<
  GenerationRequest,
  'outputFormat' | 'reasoning' | 'sampling' | 'outputTokensMax' | 'choices' | 'stop' | 'outputMedia' | 'logprobs'
>;

const configFields: FieldTable = {
  temperature: 'known',
  topP: 'known',
  topK: 'known',
  seed: 'known',
  presencePenalty: 'known',
  frequencyPenalty: 'known',
  maxOutputTokens: 'known',
  candidateCount: 'known',
  stopSequences: 'known',
  responseMimeType: 'known',
  responseSchema: 'known',
  responseJsonSchema: 'known',
  _responseJsonSchema: 'known',
  responseModalities: 'known',
  thinkingConfig: 'known',
  responseLogprobs: 'known',
  logprobs: 'known',
  responseFormat: 'response_format',
  mediaResolution: 'image_detail',
  speechConfig: 'audio_output',
  imageConfig: 'modalities',
  audioTimestamp: 'input_audio',
  audioTranscriptionConfig: 'input_audio',
  translationConfig: 'unknown_field',
  enableAffectiveDialog: 'unknown_field',
  enableEnhancedCivicAnswers: 'unknown_field',
  modelSelectionConfig: 'unknown_field',
  routingConfig: 'unknown_field',
};

export function decodeConfig(config: unknown, keep: Keep): Config {
  keepForeign(config, 'generationConfig.', configFields, keep);
  const modalities = itemsOf(memberOf(config, 'responseModalities'));
  return {
    outputFormat: decodeFormat(config, keep),
    reasoning: decodeThinking(memberOf(config, 'thinkingConfig')),
    sampling: decodeSampling(config),
    outputTokensMax: countOf(memberOf(config, 'maxOutputTokens')),
    choices: countOf(memberOf(config, 'candidateCount')) ?? 1,
    stop: itemsOf(memberOf(config, 'stopSequences')).flatMap((stop) =>
      typeof stop === 'string' ? [Content.ofText(stop)] : [],
    ),
    outputMedia: decodeModalities(modalities, keep),
    logprobs:
      flagOf(memberOf(config, 'responseLogprobs')) === true
        ? { top: countOf(memberOf(config, 'logprobs')) ?? 0 }
        : undefined,
  };
}

function decodeSampling(config: unknown): Sampling {
  return {
    temperature: countOf(memberOf(config, 'temperature')),
    topP: countOf(memberOf(config, 'topP')),
    topK: countOf(memberOf(config, 'topK')),
    frequencyPenalty: countOf(memberOf(config, 'frequencyPenalty')),
    presencePenalty: countOf(memberOf(config, 'presencePenalty')),
    seed: countOf(memberOf(config, 'seed')),
  };
}

/** Protobuf's JSON takes a number also as a text. */
function countOf(value: unknown): number | undefined {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : numberOf(value);
  return count !== undefined && Number.isFinite(count) ? count : undefined;
}

function decodeFormat(config: unknown, { foreign }: Keep): OutputFormat | undefined {
  const type = textOf(memberOf(config, 'responseMimeType')) ?? '';
  // The underlined name is the field's older one.
  const real = memberOf(config, 'responseJsonSchema') ?? memberOf(config, '_responseJsonSchema');
  const subset = memberOf(config, 'responseSchema');
  if (type !== '' && type !== 'application/json' && type !== 'text/plain') {
    // `text/x.enum`: one of a schema's words, without quotes. Nobody else has that.
    for (const [name, value] of Object.entries({
      responseMimeType: type,
      responseSchema: subset,
      responseJsonSchema: real,
    })) {
      if (value === undefined) continue;
      const field = `generationConfig.${name}`;
      foreign.push({ family: 'google', loss: 'response_format', field, value: Content.ofJson(value) });
    }
    return undefined;
  }
  const schema = real ?? (subset === undefined ? undefined : toJsonSchema(subset));
  if (schema !== undefined) {
    return {
      kind: 'schema',
      name: undefined,
      description: undefined,
      schema: Content.ofJson(schema),
      strict: undefined,
    };
  }
  return type === 'application/json' ? { kind: 'json' } : undefined;
}

function decodeThinking(thinking: unknown): ReasoningAsk | undefined {
  if (thinking === undefined) return undefined;
  const budget = countOf(memberOf(thinking, 'thinkingBudget'));
  return {
    effort: toEffort(memberOf(thinking, 'thinkingLevel')),
    budget: budget !== undefined && budget < 0 ? 'dynamic' : budget,
    // Google shows no thoughts unless it is asked to.
    isShown: flagOf(memberOf(thinking, 'includeThoughts')) ?? false,
    summary: undefined,
  };
}

function toEffort(level: unknown): ReasoningEffort | undefined {
  switch (typeof level === 'string' ? level.toUpperCase() : undefined) {
    case 'MINIMAL':
      return 'minimal';
    case 'LOW':
      return 'low';
    case 'MEDIUM':
      return 'medium';
    case 'HIGH':
      return 'high';
    default:
      return undefined;
  }
}

function decodeModalities(modalities: readonly unknown[], { losses }: Keep): Config['outputMedia'] {
  const media = modalities.flatMap((modality) => {
    const word = typeof modality === 'string' ? modality.toLowerCase() : '';
    if (word === 'text' || word === 'image' || word === 'audio') return [word] as const;
    if (word !== 'modality_unspecified') losses.add('modalities');
    return [];
  });
  return media.length > 0 ? media : undefined;
}

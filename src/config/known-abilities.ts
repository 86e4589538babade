import type { Ability } from '#core/routing/endpoint.ts';

type Row = readonly [names: RegExp, abilities: readonly Ability[]];

/**
 * What the makers' own pages say of families of models, by their public names. The first row that fits counts; of all others
 * nobody knows until the operator says it. Read in November 2026.
 */
const rows: readonly Row[] = [
  [/^openai\/(?:.*(?:embedding|moderation|image|dall-e|sora|whisper|tts|audio|realtime|search))/, []],
  [/^openai\/(?:o1-mini|o1-preview|gpt-3\.5|gpt-4(?:-0|-32k|$))/, ['tools']],
  [/^openai\/o3-mini/, ['tools', 'structured_output']],
  [/^openai\/(?:gpt-4o|gpt-4\.1|gpt-4-turbo|gpt-4\.5|gpt-5|gpt-[6-9]|o1|o3|o4|codex)/, all()],
  [/^anthropic\/claude-(?:2|instant)/, []],
  [/^anthropic\/claude-(?:3|opus-4-0|opus-4-2|sonnet-4-0|sonnet-4-2)/, ['tools', 'images']],
  [/^anthropic\/claude-/, all()],
  [/^google\/gemini-(?:.*(?:embedding|image|tts|live|audio))/, []],
  [/^google\/gemini-(?:1\.5|[2-9])/, all()],
];

function all(): readonly Ability[] {
  return ['tools', 'images', 'structured_output'];
}

/** Undefined: nobody said. */
export function knownAbilities(model: string): readonly Ability[] | undefined {
  return rows.find(([names]) => names.test(model))?.[1];
}

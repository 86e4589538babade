import type { Ability, Model } from '#core/routing/endpoint.ts';

const parameters: Readonly<Record<Ability, readonly string[]>> = {
  tools: ['tools', 'tool_choice'],
  images: [],
  structured_output: ['response_format', 'structured_outputs'],
};

/** OpenRouter's words for what a model is known to take. */
export function parametersOf({ supports }: Pick<Model, 'supports'>): readonly string[] {
  return (supports ?? []).flatMap((ability) => parameters[ability]);
}

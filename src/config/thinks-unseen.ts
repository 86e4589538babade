/**
 * Families of models whose makers show nothing of an answer while they think about it, by their public names: nobody can tell that
 * from a stall. Those that show their thinking begin as soon as any other. Read in November 2026.
 */
const families: readonly RegExp[] = [
  /^openai\/(?:o\d|codex|gpt-(?:[5-9]|\d{2}))(?!.*(?:chat|image|audio|realtime))/,
  /^google\/gemini-(?:2\.5-pro|[3-9](?:\.\d+)?-(?:pro|deep))(?!.*(?:image|audio|tts|live))/,
  /^x-ai\/grok-(?:[4-9]|\d{2})(?!.*(?:image|non-reasoning))/,
];

/** A model of one of them may take this many times as long to its first content where no other endpoint is left. */
export const thinkingTimes = 5;

export function thinksUnseen(model: string): boolean {
  return families.some((family) => family.test(model));
}

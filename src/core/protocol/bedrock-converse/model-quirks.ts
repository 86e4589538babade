import { quirksOf as claudeQuirksOf, type ModelQuirks } from '../anthropic-messages/model-quirks.ts';

/** What a model behind Converse takes beyond what all of them do, by its id, which may be an ARN that holds it. */
export type ConverseQuirks = {
  /** Facts of Anthropic's models, whose own fields Converse passes on. */
  readonly claude: ModelQuirks | undefined;
  /** In whose words reasoning is asked for. */
  readonly reasoning: 'claude' | 'nova' | 'openai' | 'none';
  /** Where marks of the prompt cache are taken. */
  readonly caches: 'everywhere' | 'no-tools' | 'nowhere';
  readonly topK: 'claude' | 'nova' | 'none';
  /** Tools may be forced: any of them, or one by its name. */
  readonly forces: 'any-and-named' | 'any' | 'nothing';
};

type Row = Omit<ConverseQuirks, 'claude'> & { readonly model: RegExp };

/** https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html */
const rows: readonly Row[] = [
  { model: /claude/, reasoning: 'claude', caches: 'everywhere', topK: 'claude', forces: 'any-and-named' },
  { model: /nova-2/, reasoning: 'nova', caches: 'no-tools', topK: 'nova', forces: 'any-and-named' },
  { model: /nova/, reasoning: 'none', caches: 'no-tools', topK: 'nova', forces: 'any-and-named' },
  { model: /openai\.|gpt-/, reasoning: 'openai', caches: 'nowhere', topK: 'none', forces: 'nothing' },
  { model: /mistral/, reasoning: 'none', caches: 'nowhere', topK: 'none', forces: 'any' },
];

const unknown: Omit<Row, 'model'> = { reasoning: 'none', caches: 'nowhere', topK: 'none', forces: 'nothing' };

export function quirksOf(model: string): ConverseQuirks {
  const name = model.toLowerCase();
  const { reasoning, caches, topK, forces } = rows.find((row) => row.model.test(name)) ?? unknown;
  return { reasoning, caches, topK, forces, claude: reasoning === 'claude' ? claudeQuirksOf(name) : undefined };
}

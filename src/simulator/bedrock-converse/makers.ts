/** Whose model it plays: what one maker's models take, another's refuse. */
export type Maker = {
  readonly name: 'anthropic' | 'amazon' | 'other';
  /** Where a mark of the prompt cache may stand. */
  readonly caches: 'everywhere' | 'no-tools' | 'nowhere';
  readonly forcesTools: boolean;
  /** Signs what it thought, and wants it back so. */
  readonly signsThought: boolean;
};

const anthropic: Maker = { name: 'anthropic', caches: 'everywhere', forcesTools: true, signsThought: true };
const amazon: Maker = { name: 'amazon', caches: 'no-tools', forcesTools: true, signsThought: false };
const other: Maker = { name: 'other', caches: 'nowhere', forcesTools: false, signsThought: false };

/**
 * A maker's name may stand before the model's, as in `anthropic.claude-sonnet-4-5/sandbox/think`; without one it is a
 * model of which nothing is known.
 */
export function readModelId(id: string): { readonly model: string; readonly maker: Maker } {
  const at = id.lastIndexOf('sandbox/');
  const model = at < 0 ? id : id.slice(at);
  const before = at < 0 ? '' : id.slice(0, at);
  return { model, maker: /claude/.test(before) ? anthropic : /nova/.test(before) ? amazon : other };
}

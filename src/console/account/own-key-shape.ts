import { publicHash } from './key-shape.ts';

/** A key at a provider as the keeper's `own-key-list` gives it. */
export type ShownOwnKey = {
  readonly id: string;
  readonly workspace: string;
  readonly upstream: string;
  readonly provider: string | null;
  readonly name: string;
  readonly label: string;
  readonly use: 'before' | 'after' | 'only';
  readonly place: number;
  readonly models: readonly string[] | null;
  readonly keys: readonly string[] | null;
  readonly disabled: boolean;
  readonly is_at_home: boolean;
  readonly created_at: string;
  readonly changed_at: string;
};

/** In OpenRouter's words, with our `upstream` and `use` beside them. Members' filters come with members. */
export function ownKeyShape(key: ShownOwnKey) {
  return {
    id: key.id,
    provider: key.provider ?? key.upstream,
    upstream: key.upstream,
    name: key.name,
    label: key.label,
    use: key.use,
    is_fallback: key.use === 'after',
    sort_order: key.place,
    disabled: key.disabled,
    is_at_home: key.is_at_home,
    allowed_models: key.models,
    allowed_api_key_hashes: key.keys?.map(publicHash) ?? null,
    allowed_user_ids: null,
    workspace_id: key.workspace,
    created_at: key.created_at,
    updated_at: key.changed_at,
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** OpenRouter's fields as arguments of our command; what is left out stays out. `idOf` finds a key of the workspace by its hash. */
export function toOwnKeyArguments(fields: Fields, idOf: (hash: string) => string | undefined): Fields {
  const hashes = fields.allowed_api_key_hashes;
  const isFallback = fields.is_fallback;
  return {
    ...('provider' in fields ? { upstream: fields.upstream ?? fields.provider } : {}),
    ...('key' in fields ? { secret: fields.key } : {}),
    ...('name' in fields ? { name: fields.name } : {}),
    ...('sort_order' in fields ? { place: fields.sort_order } : {}),
    ...('disabled' in fields ? { disabled: fields.disabled } : {}),
    ...('allowed_models' in fields ? { models: fields.allowed_models } : {}),
    ...(hashes === undefined
      ? {}
      : { keys: Array.isArray(hashes) ? hashes.map((hash) => idOf(hash) ?? hash) : hashes }),
    ...(typeof isFallback === 'boolean' ? { use: isFallback ? 'after' : 'before' } : {}),
    ...('use' in fields ? { use: fields.use } : {}),
  };
}

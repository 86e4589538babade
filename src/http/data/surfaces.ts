import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import type { Protocol } from '#core/protocol/protocol.ts';

/** A wire API that we serve. The router, the conformance tests and the docs read these rows. */
export type Surface = {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** A trailing `*` takes the rest of the path, which may hold `/`, `:` and `@`. */
  readonly path: string;
  readonly operation: 'generate' | 'list-models' | 'show-model';
  readonly protocol: Protocol;
};

const surfaces: readonly Surface[] = [
  {
    name: 'chat-completions',
    method: 'POST',
    path: '/v1/chat/completions',
    operation: 'generate',
    protocol: openaiChat,
  },
  { name: 'models', method: 'GET', path: '/v1/models', operation: 'list-models', protocol: openaiChat },
  { name: 'model', method: 'GET', path: '/v1/models/*', operation: 'show-model', protocol: openaiChat },
];

const exact = new Map(surfaces.filter(({ path }) => !path.endsWith('*')).map((surface) => [surface.path, surface]));
const prefixes = surfaces
  .filter(({ path }) => path.endsWith('*'))
  .map((surface) => ({ prefix: surface.path.slice(0, -1), surface }));

/** The surface of a path, and what its `*` stands for. */
export function findSurface(path: string): { readonly surface: Surface; readonly rest: string } | undefined {
  const surface = exact.get(path);
  if (surface) return { surface, rest: '' };
  const match = prefixes.find(({ prefix }) => path.length > prefix.length && path.startsWith(prefix));
  return match && { surface: match.surface, rest: path.slice(match.prefix.length) };
}

/** Addresses of AI surfaces answer in a dialect even when there is nothing; all others are the console's. */
export function isSurfaceSpace(path: string): boolean {
  return path === '/v1' || path.startsWith('/v1/');
}

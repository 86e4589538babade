import { useQuery } from '@tanstack/react-query';
import type { Me } from '#console/contract/me.ts';
import { ask } from './api.ts';
import { workspaceChoice } from './early.ts';

/** Who is signed in; a fault of status 401: nobody. */
export const meQuery = {
  queryKey: ['me'],
  queryFn: ({ signal }: { readonly signal: AbortSignal }) => ask<Me>('/api/v1/me', { signal }),
  staleTime: 60_000,
} as const;

export function useMe(): Me | undefined {
  return useQuery(meQuery).data;
}

/** The workspace that is shown: the chosen one, else the first. */
function hereOf(me: Me): Me['workspaces'][number] | undefined {
  const chosen = workspaceChoice.get();
  return me.workspaces.find(({ id }) => id === chosen) ?? me.workspaces[0];
}

export function useHere(): Me['workspaces'][number] | undefined {
  const me = useMe();
  return me && hereOf(me);
}

/** After signing in or changing the workspace: what is remembered was of another one. */
export function remember(me: Me): void {
  const here = hereOf(me);
  if (here) workspaceChoice.set(here.id);
}

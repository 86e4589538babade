import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, askData } from '../api.ts';
import { useHere } from '../session.ts';
import type { OwnNotice } from './notice-shapes.ts';

/** What the person is told, for the workspace that is shown. */
export function useNotices() {
  const here = useHere();
  return useQuery({
    queryKey: ['notices', here?.id],
    queryFn: () => askData<readonly OwnNotice[]>('/api/v1/notices'),
    staleTime: 60_000,
    enabled: here !== undefined,
  });
}

/** What can be said to a notice; pages show what holds then. */
export function useNoticeDeeds() {
  const queries = useQueryClient();
  const renew = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['notices'] }),
      queries.invalidateQueries({ queryKey: ['sub-processors'] }),
    ]);
  return {
    see: async (notice: string) => {
      await ask('/api/v1/notices/seen', { method: 'POST', body: { notice } });
      await renew();
    },
    accept: async (version: string) => {
      await ask('/api/v1/privacy/acceptances', { method: 'POST', body: { version } });
      await renew();
    },
    decide: async (upstream: string, decision: 'agree' | 'object' | 'none') => {
      await ask(`/api/v1/sub-processors/${encodeURIComponent(upstream)}`, { method: 'PUT', body: { decision } });
      await renew();
    },
  };
}

import { useQuery } from '@tanstack/react-query';
import { askData } from '../api.ts';

export type Restriction = { readonly activity: string; readonly since: string };

/** What the person restricted (`all`) or objected to. */
export function useRestrictions() {
  return useQuery({
    queryKey: ['restrictions'],
    queryFn: () => askData<readonly Restriction[]>('/api/v1/privacy/restriction'),
  });
}

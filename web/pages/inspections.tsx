import { useQuery } from '@tanstack/react-query';
import { canOperate } from '#console/contract/permissions.ts';
import { askData } from '../api.ts';
import { count } from '../format.ts';
import { AllWindows } from '../inspections/all-windows.tsx';
import { OwnWindows } from '../inspections/own-windows.tsx';
import type { InspectionList } from '../inspections/window-shapes.ts';
import { Figures, Page } from '../parts/page.tsx';
import { Answer } from '../parts/query-state.tsx';
import { useHere, useMe } from '../session.ts';
import { text } from '../text/english.ts';

/** Looks into requests, from both sides: the workspace's, and that of whoever operates this Fairlead. */
export function Inspections() {
  const words = text.inspections;
  const here = useHere();
  const isOperator = canOperate(useMe()?.operator_roles ?? [], 'operate.inspect');
  const own = useQuery({
    queryKey: ['inspections', here?.id],
    queryFn: () => askData<InspectionList>('/api/v1/inspections'),
    enabled: here !== undefined,
    refetchInterval: 5_000,
  });
  const windows = own.data?.windows;
  return (
    <Page title={words.title}>
      <Figures
        of={[
          [words.openNow, count(windows?.filter(({ state }) => state === 'open').length ?? null)],
          [words.looks, count(windows?.reduce((sum, { looks }) => sum + looks.length, 0) ?? null)],
        ]}
      />
      <p className="max-w-2xl">{words.lead}</p>
      <Answer of={own}>{(list) => <OwnWindows of={list} />}</Answer>
      {isOperator ? <AllWindows /> : null}
    </Page>
  );
}

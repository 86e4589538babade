import { useQuery } from '@tanstack/react-query';
import { askData } from '../api.ts';
import { count } from '../format.ts';
import { outside } from '../links.ts';
import { Figures, Page } from '../parts/page.tsx';
import { Answer } from '../parts/query-state.tsx';
import { AgreementOn } from '../privacy/agreement.tsx';
import { Closing } from '../privacy/closing.tsx';
import { Copies } from '../privacy/copies.tsx';
import { Correct } from '../privacy/correct.tsx';
import { EndUsers } from '../privacy/end-users.tsx';
import { type HeldKind, HeldTable } from '../privacy/held-table.tsx';
import { ObjectTo } from '../privacy/object-to.tsx';
import { type OwnRequest, OwnRequests } from '../privacy/own-requests.tsx';
import { Restrict } from '../privacy/restrict.tsx';
import { useMe } from '../session.ts';
import { text } from '../text/english.ts';

/** What is kept about the person, and what it can ask of that: a copy, a correction, that it be left alone, that it be deleted. */
export function Privacy() {
  const me = useMe();
  const held = useQuery({ queryKey: ['held'], queryFn: () => askData<readonly HeldKind[]>('/api/v1/privacy/held') });
  const requests = useQuery({
    queryKey: ['own-requests'],
    queryFn: () => askData<readonly OwnRequest[]>('/api/v1/privacy/requests'),
  });
  if (!me) return null;
  return (
    <Page title={text.privacy.title}>
      <Answer of={held}>{(kinds) => <Figures of={[...figuresOf(kinds), openFigure(requests.data ?? [])]} />}</Answer>
      <p className="max-w-2xl">{text.privacy.lead}</p>
      <p className="mt-1">
        <a href={outside.privacy}>{text.privacy.policy}</a> · <a href={outside.trust}>{text.privacy.promises}</a>
      </p>
      <Answer of={held}>{(kinds) => <HeldTable of={kinds} />}</Answer>
      <Copies />
      <Correct person={me.person} />
      <Restrict />
      <ObjectTo />
      <Answer of={requests}>{(all) => <OwnRequests of={all} />}</Answer>
      <EndUsers />
      <AgreementOn />
      <Closing />
    </Page>
  );
}

type Figure = readonly [name: string, value: string, more?: string];

function figuresOf(kinds: readonly HeldKind[]): readonly Figure[] {
  const rows = kinds.reduce((sum, each) => sum + each.rows, 0);
  return [
    [text.privacy.kinds, count(kinds.length)],
    [text.privacy.rows, count(rows)],
  ];
}

function openFigure(requests: readonly OwnRequest[]): Figure {
  const open = requests.filter(({ state }) => state !== 'closed');
  const [next] = open.map(({ due_at }) => due_at.slice(0, 10)).sort();
  return [text.privacy.open, count(open.length), next ? text.privacy.answerBy(next) : text.privacy.noneOpen];
}

import { useQuery } from '@tanstack/react-query';
import { askData } from '../api.ts';
import { useCan } from '../can.ts';
import { outside } from '../links.ts';
import { MailChoices } from '../notices/mail-choices.tsx';
import { noticeSentence } from '../notices/notice-banner.tsx';
import type { OwnNotice, SubProcessorRow } from '../notices/notice-shapes.ts';
import { SubProcessorTable } from '../notices/sub-processor-table.tsx';
import { useNotices } from '../notices/use-notices.ts';
import { Webhooks } from '../notices/webhooks.tsx';
import { Figures, Heading, Page } from '../parts/page.tsx';
import { Answer } from '../parts/query-state.tsx';
import { useHere } from '../session.ts';
import { text } from '../text/english.ts';

const words = text.notifications;

/** What the person is told before it holds, who else gets data, and how people are reached. */
export function Notifications() {
  const here = useHere();
  const mayChange = useCan('webhooks.change');
  const notices = useNotices();
  const rows = useQuery({
    queryKey: ['sub-processors', here?.id],
    queryFn: () => askData<readonly SubProcessorRow[]>('/api/v1/sub-processors'),
  });
  const coming = (notices.data ?? []).filter(({ holds }) => !holds);
  const objections = (rows.data ?? []).filter(({ decision }) => decision === 'object');
  return (
    <Page title={words.title}>
      <Answer of={notices}>
        {() => (
          <Figures
            of={[
              [words.coming, String(coming.length), coming[0] ? words.next(coming[0].effective) : words.nothing],
              [words.objections, String(objections.length)],
            ]}
          />
        )}
      </Answer>
      <Answer of={notices}>{(all) => <NoticeList of={all} />}</Answer>
      <Heading>{words.subProcessors}</Heading>
      <p className="mb-3 max-w-2xl">{words.subProcessorText}</p>
      <Answer of={rows}>
        {(all) => (all.length === 0 ? <p className="text-quiet">{words.nobody}</p> : <SubProcessorTable of={all} />)}
      </Answer>
      {here ? <Webhooks api="/api/v1/webhooks" whose={here.id} mayChange={mayChange} /> : null}
      <Heading>{words.ways}</Heading>
      <p className="max-w-2xl">{words.waysText}</p>
      <p className="mt-1">
        <a href={outside.notices}>{words.page}</a> · <a href={outside.noticeFeed}>{words.feed}</a>
      </p>
      <MailChoices />
    </Page>
  );
}

function NoticeList({ of: notices }: { readonly of: readonly OwnNotice[] }) {
  if (notices.length === 0) return <p className="text-quiet">{words.noNotices}</p>;
  return (
    <ul className="grid max-w-3xl gap-2">
      {notices.map((notice) => (
        <li key={notice.id}>
          {noticeSentence(notice)} <span className="text-quiet">{stateOf(notice)}</span>
        </li>
      ))}
    </ul>
  );
}

function stateOf({ holds, decision, seen_at }: OwnNotice): string {
  const said = decision === null ? (seen_at === null ? words.notSeen : words.wasSeen) : words.said[decision];
  return holds ? `${words.inEffect}, ${said}` : said;
}

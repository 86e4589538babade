import { Link } from '@tanstack/react-router';
import { useCan } from '../can.ts';
import { links, outside } from '../links.ts';
import { Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { text } from '../text/english.ts';
import type { OwnNotice } from './notice-shapes.ts';
import { useNoticeDeeds, useNotices } from './use-notices.ts';

/** What does not hold yet and the person has not seen, above every page. */
export function NoticeBanner() {
  const notices = useNotices();
  const open = (notices.data ?? []).filter(({ seen_at, holds }) => seen_at === null && !holds);
  if (open.length === 0) return null;
  return (
    <aside aria-label={text.notifications.banner} className="mb-6 grid gap-2">
      {open.map((notice) => (
        <Told key={notice.id} notice={notice} />
      ))}
    </aside>
  );
}

function Told({ notice }: { readonly notice: OwnNotice }) {
  const mayAccept = useCan('policy.accept');
  const deeds = useNoticeDeeds();
  const { error, isWorking, send } = useSend();
  const isPolicy = notice.kind === 'policy';
  const accept = async () => {
    await deeds.accept(notice.subject);
    await deeds.see(notice.id);
  };
  return (
    <div className="border-l-2 border-warn bg-raised px-4 py-3">
      <p className="font-semibold">{noticeSentence(notice)}</p>
      <p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-2">
        <a href={outside.notices}>{isPolicy ? text.notifications.whatChanges : text.notifications.readMore}</a>
        {isPolicy ? null : <Link to={links.notifications}>{text.notifications.decide}</Link>}
        {isPolicy && mayAccept && notice.decision === null ? (
          <button type="button" className="button" disabled={isWorking} onClick={() => void send(accept)}>
            {text.notifications.accept(versionOf(notice))}
          </button>
        ) : null}
        <button
          type="button"
          className="button"
          disabled={isWorking}
          onClick={() => void send(() => deeds.see(notice.id))}
        >
          {text.notifications.seen}
        </button>
      </p>
      <Refusal error={error} />
    </div>
  );
}

export function noticeSentence(notice: OwnNotice): string {
  const { kind, subject, effective, upstream } = notice;
  if (kind === 'policy') return text.notifications.policy(versionOf(notice), effective);
  const who = upstream && upstream.provider !== subject ? `${upstream.provider} (${subject})` : subject;
  return text.notifications.subProcessor(who, effective);
}

function versionOf({ subject }: OwnNotice): string {
  return subject.replace(/^.*-/, '');
}

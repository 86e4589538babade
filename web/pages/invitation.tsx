import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ask, askData } from '../api.ts';
import { links } from '../links.ts';
import { Mark } from '../parts/mark.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { meQuery } from '../session.ts';
import { text } from '../text/english.ts';

type Shown = { readonly email: string; readonly role: string; readonly expires_at: string };

/** Where a link of an invitation leads: to an account, and then into the workspace. */
export function Invitation() {
  const { token } = useParams({ strict: false }) as { readonly token: string };
  const shown = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => askData<Shown>('/api/v1/invitations/show', { method: 'POST', body: { token } }),
  });
  useEffect(() => {
    document.title = `${text.invitation.title} · ${text.product}`;
  }, []);
  return (
    <main className="mx-auto max-w-md px-4 py-16">
      <a href="/" className="inline-flex items-center gap-2 text-lg font-semibold text-ink no-underline">
        <Mark /> {text.product}
      </a>
      <h1 className="mt-8 mb-4 text-2xl">{text.invitation.title}</h1>
      <Answer of={shown}>
        {({ email, role }) => (
          <>
            <p className="mb-4">{text.invitation.words(email, text.team.roles[role] ?? role)}</p>
            <Accept token={token} email={email} />
          </>
        )}
      </Answer>
    </main>
  );
}

function Accept({ token, email }: { readonly token: string; readonly email: string }) {
  const me = useQuery({ ...meQuery, retry: false });
  const router = useRouter();
  const { error, isWorking, send } = useSend();
  const accept = () =>
    send(async () => {
      await ask('/api/v1/invitations/accept', { method: 'POST', body: { token } });
      location.assign('/console/');
    });
  if (me.data?.person.email.toLowerCase() === email.toLowerCase()) {
    return (
      <>
        <Refusal error={error} />
        <button type="button" className="button is-first" disabled={isWorking} onClick={() => void accept()}>
          {text.invitation.accept}
        </button>
      </>
    );
  }
  const next = router.state.location.href;
  return (
    <>
      {me.data ? (
        <p className="state is-warn mb-4 whitespace-normal!">{text.invitation.other(me.data.person.email)}</p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Link to={links.signUp} search={{ next, invitation: token }} className="button is-first">
          {text.sign.up}
        </Link>
        <Link to={links.signIn} search={{ next }} className="button">
          {text.sign.in}
        </Link>
      </div>
    </>
  );
}

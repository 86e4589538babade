import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import { useCan } from '../can.ts';
import { outside } from '../links.ts';
import { Heading } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { Answer } from '../parts/query-state.tsx';
import { useHere } from '../session.ts';
import { agreementText as words } from '../text/agreement.ts';

/** `GET /api/v1/agreement`. */
type Agreement = {
  readonly now: {
    readonly version: string;
    readonly hash: string;
    readonly operator: string;
    readonly can_be_accepted: boolean;
  };
  readonly is_accepted: boolean;
  readonly accepted: readonly { readonly version: string; readonly operator: string; readonly at: string }[];
};

/** The agreement on processing of the workspace that is shown; its owner accepts it. */
export function AgreementOn() {
  const here = useHere();
  const found = useQuery({
    queryKey: ['agreement', here?.id],
    queryFn: () => askData<Agreement>('/api/v1/agreement'),
    enabled: here !== undefined,
  });
  if (!here) return null;
  return (
    <section>
      <Heading>{words.title}</Heading>
      <p className="max-w-2xl text-quiet">{words.lead}</p>
      <p className="mt-1">
        <a href={outside.agreement}>{words.read}</a> · <a href={outside.subProcessors}>{words.others}</a>
      </p>
      <Answer of={found}>{(agreement) => <Accepted workspace={here.name} of={agreement} />}</Answer>
    </section>
  );
}

function Accepted({
  workspace,
  of: { now, is_accepted, accepted },
}: {
  readonly workspace: string;
  readonly of: Agreement;
}) {
  const mayAccept = useCan('agreement.accept');
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const why = now.can_be_accepted ? (mayAccept ? undefined : words.mayNot) : words.unnamed;
  const accept = async () => {
    await ask('/api/v1/agreement', { method: 'POST', body: { version: now.version, hash: now.hash } });
    await queries.invalidateQueries({ queryKey: ['agreement'] });
  };
  return (
    <>
      <ul className="mt-2">
        {accepted.map(({ version, operator, at }) => (
          <li key={version}>{words.accepted(version, operator, at.slice(0, 10))}</li>
        ))}
      </ul>
      {is_accepted ? null : (
        <>
          <button type="button" className="button mt-2" disabled={why !== undefined} onClick={() => setOpen(true)}>
            {words.accept(now.version)}
          </button>
          {why === undefined ? null : <p className="mt-1 text-sm text-quiet">{why}</p>}
        </>
      )}
      {isOpen ? (
        <Popup isOpen title={words.ask(now.version, workspace)} onClose={() => setOpen(false)}>
          <Proved button={words.accept(now.version)} work={accept} onClose={() => setOpen(false)}>
            <p>{words.with(now.operator)}</p>
          </Proved>
        </Popup>
      ) : null}
    </>
  );
}

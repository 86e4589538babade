import { type FormEvent, type ReactNode, useState } from 'react';
import { ApiFault, ask, askData } from '../api.ts';
import { text } from '../text/english.ts';
import { signed } from './ask-passkey.ts';
import { DoOrCancel } from './do-or-cancel.tsx';
import { Field } from './field.tsx';
import { Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

type ProvedProps = {
  readonly button: string;
  readonly isDangerous?: boolean;
  readonly work: () => Promise<unknown>;
  readonly onClose: () => void;
  /** Where something is still to be shown when it is done; left out: it closes. */
  readonly onDone?: () => void;
  readonly children: ReactNode;
};

/** With what a person may show who it is. */
type Proofs = { readonly password: boolean; readonly passkey: PublicKeyCredentialRequestOptionsJSON | null };

/** Something dangerous: where the server wants the password or a passkey again, it is asked for here. */
export function Proved({ button, isDangerous = false, work, onClose, onDone = onClose, children }: ProvedProps) {
  const [proofs, setProofs] = useState<Proofs>();
  const { error, isWorking, send } = useSend();
  const prove = (body: object) => ask('/api/v1/proof', { method: 'POST', body });
  const doIt = async () => {
    try {
      await work();
      onDone();
    } catch (thrown) {
      if (!(thrown instanceof ApiFault) || thrown.reason !== 'proof-needed') throw thrown;
      setProofs(await askData<Proofs>('/api/v1/proof/begin', { method: 'POST', body: {} }));
    }
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get('password');
    await send(async () => {
      if (typeof password === 'string') await prove({ password });
      await doIt();
    });
  };
  const byPasskey = (options: PublicKeyCredentialRequestOptionsJSON) =>
    send(async () => {
      try {
        await prove({ passkey: await signed(options) });
      } catch (thrown) {
        // A challenge is good for one answer: the next try has its own.
        setProofs(await askData<Proofs>('/api/v1/proof/begin', { method: 'POST', body: {} }));
        throw thrown;
      }
      await doIt();
    });
  const options = proofs?.passkey ?? undefined;
  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
      {children}
      {proofs?.password ? (
        <Field
          label={text.team.proof}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          hint={text.team.proofHint}
        />
      ) : null}
      {options ? (
        <button
          type="button"
          className="button justify-self-start"
          disabled={isWorking}
          onClick={() => void byPasskey(options)}
        >
          {text.identity.provePasskey}
        </button>
      ) : null}
      <Refusal error={error} />
      <DoOrCancel {...{ button, isDangerous, isWorking, onClose }} />
    </form>
  );
}

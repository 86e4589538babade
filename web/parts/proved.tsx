import { type FormEvent, type ReactNode, useState } from 'react';
import { ApiFault, ask } from '../api.ts';
import { text } from '../text/english.ts';
import { DoOrCancel } from './do-or-cancel.tsx';
import { Field } from './field.tsx';
import { Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

type ProvedProps = {
  readonly button: string;
  readonly isDangerous?: boolean;
  readonly work: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** Something dangerous: where the server wants the password again, it is asked for here. */
export function Proved({ button, isDangerous = false, work, onClose, children }: ProvedProps) {
  const [needsProof, setNeedsProof] = useState(false);
  const { error, isWorking, send } = useSend();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get('password');
    await send(async () => {
      if (typeof password === 'string') await ask('/api/v1/proof', { method: 'POST', body: { password } });
      try {
        await work();
        onClose();
      } catch (thrown) {
        if (!(thrown instanceof ApiFault) || thrown.reason !== 'proof-needed') throw thrown;
        setNeedsProof(true);
      }
    });
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
      {children}
      {needsProof ? (
        <Field
          label={text.team.proof}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          hint={text.team.proofHint}
        />
      ) : null}
      <Refusal error={error} />
      <DoOrCancel {...{ button, isDangerous, isWorking, onClose }} />
    </form>
  );
}

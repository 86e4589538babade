import { useQuery } from '@tanstack/react-query';
import { ask, askData } from '../api.ts';
import { text } from '../text/english.ts';
import { enterByPasskey, hasPasskeys } from './ask-passkey.ts';
import { hasWallet, signedByWallet } from './ask-wallet.ts';
import { Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

type Doors = { readonly providers: readonly { readonly name: string; readonly label: string }[] };

export const doorsQuery = {
  queryKey: ['doors'],
  queryFn: () => askData<Doors>('/api/auth/doors'),
  staleTime: 600_000,
} as const;

type OtherDoorsProps = {
  readonly next: string | undefined;
  readonly onEntered: () => void;
  readonly onCode: () => void;
};

/** Ways in beside the password: a passkey, a wallet, another site. Nobody says who he is first. */
export function OtherDoors({ next, onEntered, onCode }: OtherDoorsProps) {
  const { error, isWorking, send } = useSend();
  const doors = useQuery(doorsQuery);
  const byPasskey = async () => {
    await enterByPasskey();
    onEntered();
  };
  const byWallet = async () => {
    const body = await signedByWallet('/api/auth/wallet/begin');
    const said = await ask<{ readonly twoFactorRedirect: boolean }>('/api/auth/wallet/enter', { method: 'POST', body });
    if (said.twoFactorRedirect) onCode();
    else onEntered();
  };
  const elsewhere = async (provider: string) => {
    const body = { provider, ...(next === undefined ? {} : { next }) };
    const { url } = await askData<{ readonly url: string }>('/api/auth/elsewhere/begin', { method: 'POST', body });
    location.assign(url);
  };
  const ways: readonly (readonly [label: string, isHere: boolean, go: () => Promise<void>])[] = [
    [text.identity.byPasskey, hasPasskeys(), byPasskey],
    ...(hasWallet() ? [[text.identity.byWallet, true, byWallet] as const] : []),
    ...(doors.data?.providers ?? []).map(
      ({ name, label }) => [text.identity.elsewhere(label), true, () => elsewhere(name)] as const,
    ),
  ];
  return (
    <div className="mt-4 grid gap-2">
      <div className="flex flex-wrap gap-2">
        {ways.map(([label, isHere, go]) => (
          <button
            key={label}
            type="button"
            className="button"
            disabled={isWorking || !isHere}
            title={isHere ? undefined : text.identity.notHere}
            onClick={() => void send(go)}
          >
            {label}
          </button>
        ))}
      </div>
      <Refusal error={error} />
    </div>
  );
}

import { Figures } from '../parts/page.tsx';
import { Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { closingText } from '../text/closing.ts';
import type { ClosingWords } from './closing.tsx';
import { Day } from './confirm-deletion.tsx';
import type { OpenDeletion } from './deletion-shapes.ts';

type OpenDeletionProps = {
  readonly of: OpenDeletion;
  readonly words: ClosingWords;
  readonly onCancel: () => Promise<void>;
};

/** One that is asked for: until when it is taken back, when it is over, where the receipt will be. */
export function OpenDeletionView({ of: deletion, words, onCancel }: OpenDeletionProps) {
  const { error, isWorking, send } = useSend();
  const { id, parent, purge_from: purgeFrom, gone_by: goneBy, can_cancel: canCancel } = deletion;
  return (
    <>
      <p role="status" className="state is-warn mb-4 whitespace-normal!">
        {words.state}
      </p>
      <Figures
        of={[
          [closingText.until, <Day key="until" at={purgeFrom} />],
          [closingText.gone, <Day key="gone" at={goneBy} />],
        ]}
      />
      <p className="max-w-2xl">{canCancel ? words.meanwhile : closingText.purging}</p>
      {parent === null ? null : <p className="mt-1 max-w-2xl">{closingText.alongWith}</p>}
      <p className="mt-1 max-w-2xl text-quiet">
        <a href={`/api/v1/privacy/deletions/${id}`}>{closingText.receiptLink}</a>. {closingText.receiptWords}
      </p>
      <Refusal error={error} />
      {canCancel && parent === null ? (
        <button
          type="button"
          className="button is-first mt-3"
          disabled={isWorking}
          onClick={() => void send(() => onCancel())}
        >
          {words.cancel}
        </button>
      ) : null}
    </>
  );
}

import { text } from '../text/english.ts';

type DoOrCancelProps = {
  readonly button: string;
  readonly isDangerous?: boolean | undefined;
  readonly isWorking: boolean;
  readonly onClose: () => void;
};

/** The two buttons that end the form of a popup. */
export function DoOrCancel({ button, isDangerous = false, isWorking, onClose }: DoOrCancelProps) {
  return (
    <div className="flex gap-2">
      <button type="submit" className={`button ${isDangerous ? 'is-stop' : 'is-first'}`} disabled={isWorking}>
        {button}
      </button>
      <button type="button" className="button" onClick={onClose}>
        {text.cancel}
      </button>
    </div>
  );
}

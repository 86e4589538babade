import { text } from '../text/english.ts';

type OlderProps = {
  readonly of: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): Promise<unknown>;
  };
};

/** Below a list that comes in parts: the next one, while there is one. */
export function Older({ of: parts }: OlderProps) {
  if (!parts.hasNextPage) return null;
  return (
    <button
      type="button"
      className="button mt-4"
      disabled={parts.isFetchingNextPage}
      onClick={() => void parts.fetchNextPage()}
    >
      {text.older}
    </button>
  );
}

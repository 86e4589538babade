import { useState } from 'react';

/** Does what a form asks for; keeps what was wrong with it. */
export function useSend(): {
  readonly error: unknown;
  readonly isWorking: boolean;
  send(work: () => Promise<void>): Promise<void>;
} {
  const [error, setError] = useState<unknown>();
  const [isWorking, setWorking] = useState(false);
  return {
    error,
    isWorking,
    send: async (work) => {
      setWorking(true);
      setError(undefined);
      try {
        await work();
      } catch (thrown) {
        setError(thrown);
      } finally {
        setWorking(false);
      }
    },
  };
}

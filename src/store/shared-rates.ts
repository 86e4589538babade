import type { Rate, RateTaken } from '#core/allowance/rate-state.ts';

/** Rates that several keepers share. Instants are epoch milliseconds of the store's clock. */
export type RateStore = {
  take(
    id: string,
    rate: Rate,
    ask: { readonly need: number; readonly wanted: number; readonly now: number },
  ): Promise<RateTaken>;
  giveBack(id: string, rate: Rate, back: { readonly unused: number; readonly now: number }): Promise<void>;
};

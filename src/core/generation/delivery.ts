/** `whole`: an answer is kept back until its end is here, so that whatever breaks before it can still fail over unseen. */
export const deliveries = ['streamed', 'whole'] as const;

export type Delivery = (typeof deliveries)[number];

export function isDelivery(word: unknown): word is Delivery {
  return word === 'streamed' || word === 'whole';
}

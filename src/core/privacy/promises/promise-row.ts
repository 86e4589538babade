export type PromiseRow = {
  /** J: the balancer's policy, V: the gateway's. */
  readonly id: string;
  /** What is promised, in short. */
  readonly promise: string;
  readonly state: PromiseState;
};

export type PromiseState =
  | ({ readonly kind: 'kept' } & Proof)
  /** A control keeps some of it; `missing` is the rest. */
  | ({ readonly kind: 'in-part'; readonly missing: string } & Proof)
  | { readonly kind: 'missing'; readonly missing: string };

export type Proof = {
  readonly control: string;
  /** Test files, each of which must pass. */
  readonly tests: readonly string[];
  /** By name, what takes the control away, and must turn its tests red. */
  readonly sabotages: readonly string[];
};

export function kept(id: string, promise: string, proof: Proof): PromiseRow {
  return { id, promise, state: { kind: 'kept', ...proof } };
}

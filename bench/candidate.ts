// A gateway under test, as the load generators see it.
export const candidateNames = ['direct', 'bare', 'nginx', 'portkey', 'fairlead'] as const;
export type CandidateName = (typeof candidateNames)[number];

export type Candidate = {
  readonly name: CandidateName;
  readonly pid: number;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  // Fairlead's public names are `bench/…`; the others pass on what the upstream calls its models.
  readonly modelPrefix: string;
  readonly end: () => Promise<void>;
};

export type StartResult =
  | { readonly kind: 'running'; readonly candidate: Candidate }
  | { readonly kind: 'not-started'; readonly name: CandidateName; readonly why: string };

export const gatewayCore = 0;
export const loadCore = 1;

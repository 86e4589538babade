import { hash } from 'node:crypto';
import type { Sha256 } from '#core/trust/merkle-tree.ts';

/** What core/trust is given to hash with. */
export const sha256: Sha256 = (data) => hash('sha256', data, 'buffer');

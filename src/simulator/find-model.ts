import { findFault } from './faults/table.ts';
import { type Model, readModelName } from './model-name.ts';

/** Faults and suffixes are found too, though no list of models has them. */
export function findModel(name: string): Model | undefined {
  const model = readModelName(name);
  return model?.kind === 'fault' && findFault(model.mode) === undefined ? undefined : model;
}

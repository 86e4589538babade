/** How a dialect tells what models there are. */
export type ModelPages = {
  writeList(ids: readonly string[]): string;
  writeModel(id: string): string;
};

/** Something to sabotage: the self-test of sabotage.ts takes the second term away. */
export function sum(a: number, b: number): number {
  return a + b;
}

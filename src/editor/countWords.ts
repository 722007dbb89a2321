/** `1 file`, `3 files`, `2 entries`. */
export function countWords(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

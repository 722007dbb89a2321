/** The one stretch in which two texts differ, so that cursors and marks elsewhere stay where they are. Offsets into each. */
export function textDifference(before: string, after: string): { start: number; endBefore: number; endAfter: number } {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shortest - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { start, endBefore: before.length - tail, endAfter: after.length - tail };
}

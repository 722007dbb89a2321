export interface PauseRange {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** How long to wait before the n-th try again (n from 0): doubling up to the longest, and a quarter more or less, so that many do not come at once. */
export function retryPause(attempt: number, { firstMs, longestMs }: PauseRange, random: () => number): number {
  const plain = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(plain * (0.75 + random() / 2));
}

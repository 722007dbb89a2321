const steps = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** Times for an axis over a span of ms: round ones, at most `most` of them, the first 0, none too near the end to be read. */
export function axisTicks(spanMs: number, most: number): number[] {
  const seconds = spanMs / 1000;
  const step = steps.find(candidate => seconds / candidate <= most) ?? Math.ceil(seconds / most / 86_400) * 86_400;
  const count = Math.floor((seconds * 0.95) / step) + 1;
  return Array.from({ length: count }, (_, index) => index * step * 1000);
}

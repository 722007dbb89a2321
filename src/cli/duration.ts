/** `4:12`, or `1:04:12`. */
export function clockText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `8–15 min`, `20–90 s` */
export function rangeText({ low, high }: { readonly low: number; readonly high: number }): string {
  if (high < 120) return `${low}–${high} s`;
  return `${Math.max(1, Math.round(low / 60))}–${Math.round(high / 60)} min`;
}

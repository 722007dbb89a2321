/** `2026-11-21 07:42 UTC`. */
export function minuteText(time: string | number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

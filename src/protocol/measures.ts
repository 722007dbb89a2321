/** `0 B`, `840 B`, `1.2 MB`: decimal units, at most three digits. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `340 kB/s`; a dash where nobody knows. */
export function rateText(bytesPerSecond: number | undefined): string {
  return bytesPerSecond === undefined ? '–' : `${bytesText(bytesPerSecond)}/s`;
}

/** `12 s`, `4 min`, `2 h 5 min`, `3 d 4 h`: two units at most, the second left out when it is nothing. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(`${hours} h`, minutes % 60, 'min');
  return withRest(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

function withRest(text: string, rest: number, unit: string): string {
  return rest > 0 ? `${text} ${rest} ${unit}` : text;
}

export function latencyText(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`;
}

/**
 * A tunnel says of itself little more than its latency while all is well: `57 ms; not asked while nobody uses it`. An id at the beginning
 * stays as AWS writes it.
 */
export function detailSentence(detail: string): string {
  const words = detail.replace(/^\d+ ms/, 'the API server answers in $&');
  if (words === '') return '';
  const first = /^[a-z]+-[0-9a-f]{8}/.test(words) ? words.charAt(0) : words.charAt(0).toUpperCase();
  return `${first}${words.slice(1)}${/[.…!?]$/.test(words) ? '' : '.'}`;
}

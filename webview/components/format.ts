/** `4:12`, `1:02:03`; never negative. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `45 s`, `12 min`: for what is only about so long. */
export function roughTime(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** `usual 8–12 min`, `usual 20–60 s`. */
export function usualRange(low: number, high: number): string {
  if (high < 90) return `usual ${Math.round(low)}–${Math.round(high)} s`;
  const minutes = (seconds: number) => (seconds / 60 < 1 ? '<1' : String(Math.round(seconds / 60)));
  return minutes(low) === minutes(high) ? `usual ${minutes(high)} min` : `usual ${minutes(low)}–${minutes(high)} min`;
}

export function usd(amount: number): string {
  return amount >= 10 || Number.isInteger(amount) ? String(Math.round(amount)) : amount.toFixed(1);
}

/** Local wall time of an event, `04:12:09`. */
export function timeOfDay(timestamp: number): string {
  return new Date(timestamp).toLocaleTimeString(undefined, { hour12: false });
}

/** `1234…9012`: enough to tell accounts apart. */
export function shortAccount(accountId: string): string {
  return accountId.length > 8 ? `${accountId.slice(0, 4)}…${accountId.slice(-4)}` : accountId;
}

/** `12:04:09`; with the day when it was another. */
export function dayAndTime(timestamp: number): string {
  const date = new Date(timestamp);
  const today = date.toDateString() === new Date().toDateString();
  const day = today ? '' : `${date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })} `;
  return `${day}${timeOfDay(timestamp)}`;
}

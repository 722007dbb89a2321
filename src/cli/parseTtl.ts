import { ttlRange } from '../core/tunnel/bastion/startBastion.ts';
import { UsageError } from './command.ts';

/** `8h`, `90m`; undefined where nothing is said. @throws UsageError */
export function parseTtlSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,5})([hm])$/.exec(text);
  const seconds = match ? Number(match[1]) * (match[2] === 'h' ? 3600 : 60) : NaN;
  if (!(seconds >= ttlRange.least && seconds <= ttlRange.most))
    throw new UsageError(`--ttl is a time from 1m to 24h such as 8h or 90m, not "${text}".`);
  return seconds;
}

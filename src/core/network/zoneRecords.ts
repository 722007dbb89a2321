import type { HostedZoneFacts, ZoneRecordFacts } from './networkFacts.ts';

/** How a private hosted zone answers for a host: with a record, with none (then the name does not exist), or nobody could read it. */
export type ZoneAnswer =
  | { readonly answer: 'unread' }
  | { readonly answer: 'none' }
  | { readonly answer: 'record'; readonly record: ZoneRecordFacts };

/** Registries lie below their host, one for each account; buckets of S3 beside and below theirs. */
const askedBelow: readonly string[] = ['dkr.ecr.', 's3.'];

export function zoneAnswer({ records }: HostedZoneFacts, host: string): ZoneAnswer {
  if (!records) return { answer: 'unread' };
  const asked = askedBelow.some(start => host.startsWith(start)) ? `x.${host}` : host;
  const record = records.find(({ name }) => name === asked) ?? records.find(({ name }) => isAbove(name, asked));
  // A single account's registry has a name of its own.
  const below = record ?? records.find(({ name }) => host.startsWith('dkr.ecr.') && name.endsWith(`.${host}`));
  return below ? { answer: 'record', record: below } : { answer: 'none' };
}

/** `*.a.b` answers for everything under `a.b`. */
const isAbove = (name: string, host: string): boolean => name.startsWith('*.') && host.endsWith(name.slice(1));

/** The endpoint to whose own name a record leads: `vpce-0a1b…-xyz.ec2.eu-west-1.vpce.amazonaws.com`. */
export function endpointOf({ values }: ZoneRecordFacts): string | undefined {
  return values.map(value => /^(?:\*\.)?(vpce-[0-9a-f]+)-/.exec(value)?.[1]).find(id => id !== undefined);
}

export const recordInWords = ({ name, type, values }: ZoneRecordFacts): string =>
  `${name} ${type} ${values.join(', ') || 'without a value'}`;

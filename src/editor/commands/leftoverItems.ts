import { totalMonthlyUsd, type Leftover } from '../../core/leftovers/leftover.ts';
import { isRemovable } from '../../core/leftovers/removeLeftover.ts';
import { countWords, sentence } from '../words.ts';

/** What was found, sorted for a person: what nothing will remove by itself comes first, what a cluster has comes last and together. */
export interface SortedLeftovers {
  /** May be removed here, one at a time, the dearest first. */
  readonly removable: readonly Leftover[];
  /** Stays, and is removed in another way, or by itself. */
  readonly others: readonly Leftover[];
  /** What clusters that live will take with them. */
  readonly living: readonly { readonly cluster: string; readonly items: readonly Leftover[] }[];
}

export function sortLeftovers(found: readonly Leftover[]): SortedLeftovers {
  const left = found.filter(({ fate }) => fate !== 'goes').sort((a, b) => b.monthlyUsd - a.monthlyUsd);
  const living = Map.groupBy(
    found.filter(({ fate }) => fate === 'goes'),
    ({ cluster = '' }) => cluster,
  );
  return {
    removable: left.filter(isRemovable),
    others: left.filter(item => !isRemovable(item)),
    living: [...living]
      .map(([cluster, items]) => ({ cluster, items }))
      .sort((a, b) => a.cluster.localeCompare(b.cluster)),
  };
}

/** `about 1.60 USD a month`, `costs nothing`. */
export function costWords(items: readonly Leftover[]): string {
  const sum = totalMonthlyUsd(items);
  return sum > 0 ? `about ${sum.toFixed(2)} USD a month` : 'costs nothing';
}

/** `2 things are left behind in eu-west-1, about 1.60 USD a month`. */
export function leftWords({ removable, others }: SortedLeftovers, region: string): string {
  const left = [...removable, ...others];
  if (left.length === 0) return `Nothing is left behind in ${region}`;
  return `${countWords(left.length, 'thing')} left behind in ${region}: ${costWords(left)}`;
}

/** `log group /aws/eks/orders/cluster`; for people an ARN’s own end is enough. */
export function leftoverLabel({ kind, id, name }: Leftover): string {
  const known = id.startsWith('arn:') ? (id.split(':').at(-1) ?? id) : id;
  return `${sentence(kind)} ${name ?? known}`;
}

import type { Account } from '../../kernel/account.ts';
import { clusters, pastClusters, type EndpointAccess } from './eksTables.ts';

/** Every state of every cluster's endpoint, also of clusters that are gone, in every region. */
export function endpointAccessEver(account: Account): (EndpointAccess & { cluster: string; region: string })[] {
  const regions = new Set(['eks.clusters', 'eks.pastClusters'].flatMap(name => account.regionsOf(name)));
  return [...regions].flatMap(region =>
    [pastClusters, clusters].flatMap(table =>
      table({ account, region })
        .values()
        .flatMap(({ name, endpointHistory }) => endpointHistory.map(access => ({ cluster: name, region, ...access }))),
    ),
  );
}

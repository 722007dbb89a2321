import type { ClusterSpec, NodeGroupSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import type { CostEstimate, CostLine, PlannedEndpoint } from './plan.ts';
import { cents, hoursPerMonth, instanceHour, price, priceDate, priceRegion } from './prices.ts';

/** What the cluster costs a month at rest, with the nodes it begins with. `extended`: its version is in extended support. */
export function estimateCost(
  spec: ClusterSpec,
  endpoints: readonly PlannedEndpoint[],
  extended: boolean,
): CostEstimate {
  const lines: CostLine[] = [
    hourly('Control plane', extended ? price.controlPlaneExtendedHour : price.controlPlaneHour, 1),
    endpointLine(endpoints, zoneCount(spec)),
    ...nodeGroups(spec).flatMap(nodeLines),
    ...(spec.encryption.key === 'new'
      ? [{ item: 'Own key', monthlyUsd: price.customerKeyMonth, how: '1 USD a month' }]
      : []),
  ];
  return {
    monthlyUsd: cents(lines.reduce((sum, line) => sum + line.monthlyUsd, 0)),
    lines,
    priceRegion,
    priceDate,
    note: noteOf(spec),
  };
}

function nodeLines({ instanceTypes, desiredSize, diskGiB }: NodeGroupSpec): CostLine[] {
  const [type = ''] = instanceTypes;
  const nodeHour = instanceHour(type);
  if (desiredSize === 0) return [];
  return [
    ...(nodeHour === undefined
      ? []
      : [hourly(`${desiredSize} ${type} ${plural('node', desiredSize)}`, nodeHour, desiredSize)]),
    {
      item: `${desiredSize} node ${plural('disk', desiredSize)}`,
      monthlyUsd: cents(desiredSize * diskGiB * price.gp3GiBMonth),
      how: `${desiredSize} × ${diskGiB} GiB gp3 × ${price.gp3GiBMonth} USD`,
    },
  ];
}

function noteOf(spec: ClusterSpec): string {
  const { region } = spec;
  const groups = nodeGroups(spec);
  const unpriced = groups.filter(({ instanceTypes: [type = ''] }) => instanceHour(type) === undefined);
  const spot = groups.some(group => group.capacity === 'spot' && !unpriced.includes(group));
  const notCounted = [
    ...unpriced.map(
      ({ desiredSize, instanceTypes: [type = ''] }) =>
        `the ${desiredSize} ${type} ${plural('node', desiredSize)}, whose price is not known here`,
    ),
    'logs by volume',
    'data through endpoints and between zones',
    'what the workloads use',
  ];
  const sentences = [
    `${priceRegion} list prices of ${priceDate}${region === priceRegion ? '' : `; ${region} differs`}.`,
    ...(spot ? ['Spot nodes are counted at the on-demand price; they cost less.'] : []),
    `Not counted: ${notCounted.join(', ')}.`,
  ];
  return sentences.join(' ');
}

function hourly(item: string, usd: number, count: number): CostLine {
  const times = count === 1 ? '' : `${count} × `;
  return {
    item,
    monthlyUsd: cents(usd * count * hoursPerMonth),
    how: `${times}${Number(usd.toFixed(5))} USD × ${hoursPerMonth} hours`,
  };
}

function endpointLine(endpoints: readonly PlannedEndpoint[], zones: number): CostLine {
  const paid = endpoints.filter(({ type }) => type === 'Interface');
  return {
    item: `${paid.length} interface ${plural('endpoint', paid.length)} × ${zones} zones`,
    monthlyUsd: cents(paid.reduce((sum, endpoint) => sum + endpoint.monthlyUsd, 0)),
    how: `${paid.length} × ${zones} × ${price.interfaceEndpointHour} USD × ${hoursPerMonth} hours`,
  };
}

function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}

import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import type { CostEstimate, CostLine, PlannedEndpoint } from './plan.ts';
import { cents, hoursPerMonth, instanceHour, price, priceDate, priceRegion } from './prices.ts';

/** What the cluster costs a month at rest, with the nodes it begins with. `extended`: its version is in extended support. */
export function estimateCost(
  spec: ClusterSpec,
  endpoints: readonly PlannedEndpoint[],
  extended: boolean,
): CostEstimate {
  const { nodes } = spec;
  const [type = ''] = nodes.instanceTypes;
  const nodeHour = instanceHour(type);
  const lines: CostLine[] = [
    hourly('Control plane', extended ? price.controlPlaneExtendedHour : price.controlPlaneHour, 1),
    endpointLine(endpoints, zoneCount(spec)),
    ...(nodeHour === undefined
      ? []
      : [hourly(`${nodes.desiredSize} ${type} ${plural('node', nodes.desiredSize)}`, nodeHour, nodes.desiredSize)]),
    {
      item: `${nodes.desiredSize} node ${plural('disk', nodes.desiredSize)}`,
      monthlyUsd: cents(nodes.desiredSize * nodes.diskGiB * price.gp3GiBMonth),
      how: `${nodes.desiredSize} × ${nodes.diskGiB} GiB gp3 × ${price.gp3GiBMonth} USD`,
    },
    ...(spec.encryption.customerKey
      ? [{ item: 'Own key', monthlyUsd: price.customerKeyMonth, how: '1 USD a month' }]
      : []),
  ];
  return {
    monthlyUsd: cents(lines.reduce((sum, line) => sum + line.monthlyUsd, 0)),
    lines,
    priceRegion,
    priceDate,
    note: noteOf(spec, nodeHour !== undefined),
  };
}

function noteOf({ region, nodes }: ClusterSpec, priced: boolean): string {
  const [type = ''] = nodes.instanceTypes;
  const notCounted = [
    ...(priced
      ? []
      : [`the ${nodes.desiredSize} ${type} ${plural('node', nodes.desiredSize)}, whose price is not known here`]),
    'logs by volume',
    'data through endpoints and between zones',
    'what the workloads use',
  ];
  const sentences = [
    `${priceRegion} list prices of ${priceDate}${region === priceRegion ? '' : `; ${region} differs`}.`,
    ...(nodes.capacity === 'spot' && priced ? ['Spot nodes are counted at the on-demand price; they cost less.'] : []),
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

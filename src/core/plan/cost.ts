import type { ClusterSpec, NodeGroupSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { clusterShape } from '../templates/clusterShape.ts';
import { hasProxyEndpoint } from '../templates/proxyTemplate.ts';
import type { CostEstimate, CostLine, PlannedEndpoint } from './plan.ts';
import { autoModePercent, cents, hoursPerMonth, instanceHour, price, priceDate, priceRegion } from './prices.ts';

/** What the cluster costs a month at rest, with the nodes it begins with. `extended`: its version is in extended support; `proxyZones`: where its proxy has an endpoint. */
export function estimateCost(
  spec: ClusterSpec,
  endpoints: readonly PlannedEndpoint[],
  extended: boolean,
  proxyZones = zoneCount(spec),
): CostEstimate {
  const lines: CostLine[] = [
    hourly('Control plane', extended ? price.controlPlaneExtendedHour : price.controlPlaneHour, 1),
    ...endpointLines(endpoints, zoneCount(spec)),
    ...(hasProxyEndpoint(spec) ? [hourly('Way to the proxy', price.interfaceEndpointHour, proxyZones)] : []),
    ...nodeGroups(spec).flatMap(nodeLines),
    ...(clusterShape(spec).coreDns === 'fargate' ? [coreDnsLine] : []),
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

/** CoreDNS asks for 0.1 vCPU and 70 MiB, Fargate adds 256 MiB, and its smallest size is 0.25 vCPU and 0.5 GiB. */
const coreDnsLine: CostLine = {
  item: '2 CoreDNS pods on Fargate',
  monthlyUsd: cents(2 * (0.25 * price.fargateCpuHour + 0.5 * price.fargateGiBHour) * hoursPerMonth),
  how: `2 × (0.25 vCPU × ${price.fargateCpuHour} USD + 0.5 GiB × ${price.fargateGiBHour} USD) × ${hoursPerMonth} hours`,
};

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
    ...(spec.autoMode
      ? [`Auto Mode’s nodes, which follow the workloads: EC2’s price and about ${autoModePercent} % of it`]
      : []),
    ...(Object.keys(spec.fargate).length > 0
      ? [
          `the workloads’ Fargate pods, ${price.fargateCpuHour} USD an hour for a vCPU and ${price.fargateGiBHour} for a GiB`,
        ]
      : []),
    ...(spec.controlPlane.tier === 'standard'
      ? []
      : [`the surcharge of control plane ${spec.controlPlane.tier}, whose price is not known here`]),
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

/** Only what is made: what the VPC has is paid for already. */
function endpointLines(endpoints: readonly PlannedEndpoint[], zones: number): CostLine[] {
  const paid = endpoints.filter(({ type, standing }) => type === 'Interface' && standing === 'make');
  if (paid.length === 0) return [];
  const places = paid.map(endpoint => endpoint.zones?.length ?? zones);
  const all = places.reduce((sum, count) => sum + count, 0);
  const even = places.every(count => count === places[0]);
  const count = `${paid.length} interface ${plural('endpoint', paid.length)}`;
  return [
    {
      item: even ? `${count} × ${places[0]} zones` : `${count}, ${all} zones in all`,
      monthlyUsd: cents(paid.reduce((sum, endpoint) => sum + endpoint.monthlyUsd, 0)),
      how: `${even ? `${paid.length} × ${places[0]}` : all} × ${price.interfaceEndpointHour} USD × ${hoursPerMonth} hours`,
    },
  ];
}

function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}

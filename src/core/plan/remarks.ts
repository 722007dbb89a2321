import type { ClusterSpec, NodeGroupSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { formatSpecPath } from '../spec/specPath.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { computeRemarks } from './computeRemarks.ts';
import { existingVpcRemarks } from './existingVpcRemarks.ts';
import { oneWayRemarks } from './oneWayRemarks.ts';
import type { PlanWarning } from './plan.ts';
import { proxyRemarks } from './proxyRemarks.ts';
import { remark } from './remark.ts';
import { hoursPerMonth, instanceHour, interfaceEndpointMonthly, price } from './prices.ts';
import type { WarningFacts } from './warnings.ts';

/** What is no fault and still good to know: what stays open, what would be cheaper, what a choice means. */
export function planRemarks(facts: WarningFacts): PlanWarning[] {
  return [
    ...(facts.account ? [] : offlineRemarks(facts.spec)),
    ...existingVpcRemarks(facts.spec, facts.account),
    ...endpointRemarks(facts),
    ...proxyRemarks(facts.spec, facts.account),
    ...choiceRemarks(facts.spec),
  ];
}

function offlineRemarks({ network, access }: ClusterSpec): PlanWarning[] {
  const found: PlanWarning[] = [];
  if (!network.vpc && typeof network.zones === 'number') {
    found.push({
      severity: 'info',
      code: 'zones-open',
      message: `Planned without an account: which ${network.zones} zones are used is decided when the run begins.`,
      path: 'network.zones',
    });
  }
  if (access.administrators.length === 0) {
    found.push({
      severity: 'info',
      code: 'administrator-open',
      message: 'Planned without an account: whoever begins the run becomes the administrator.',
      path: 'access.administrators',
    });
  }
  return found;
}

function endpointRemarks({ spec, endpoints }: WarningFacts): PlanWarning[] {
  const made = endpoints.filter(({ type, standing }) => type === 'Interface' && standing === 'make');
  const monthly = made.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0);
  const zones = zoneCount(spec);
  const found: PlanWarning[] = [];
  // Zones of an existing VPC follow from its subnets.
  if (zones > 2 && made.length > 0 && !spec.network.vpc) {
    const inTwo = made.map(endpoint => interfaceEndpointMonthly(Math.min(2, endpoint.zones?.length ?? 2)));
    const saving = Math.round(monthly - inTwo.reduce((sum, usd) => sum + usd, 0));
    const given = spec.network.zones;
    found.push({
      severity: 'info',
      code: 'two-zones-save',
      message: `${made.length} interface endpoints in ${zones} zones cost ${Math.round(monthly)} USD a month; 2 zones would save ${saving} USD a month.`,
      path: 'network.zones',
      suggestion: {
        title: `Use 2 zones (saves ${saving} USD a month)`,
        path: 'network.zones',
        value: typeof given === 'number' ? 2 : given.slice(0, 2),
      },
    });
  }
  const controlPlane = price.controlPlaneHour * hoursPerMonth;
  if (monthly > controlPlane) {
    const message = `The endpoints cost more than the control plane: ${Math.round(monthly)} USD a month against ${Math.round(controlPlane)}.`;
    found.push({ severity: 'info', code: 'endpoints-outweigh', message, path: 'features' });
  }
  if (spec.region.startsWith('cn-')) {
    const message =
      'China names endpoint services in two ways; those of this plan were not checked against your account.';
    found.push({ severity: 'info', code: 'china-endpoint-names', message, path: 'region' });
  }
  return found;
}

function groupRemarks({ name, capacity, desiredSize, instanceTypes }: NodeGroupSpec & { name: string }): PlanWarning[] {
  const path = (field: string) => formatSpecPath(['nodes', name, field]);
  const [type = ''] = instanceTypes;
  return [
    ...(capacity === 'spot'
      ? [
          remark(
            'spot',
            path('capacity'),
            'AWS may take spot nodes away at two minutes’ notice; a tunnel through such a node is then opened again.',
          ),
        ]
      : []),
    ...(desiredSize === 1
      ? [remark('one-node', path('desiredSize'), 'With one node everything stops while it is replaced.')]
      : []),
    ...(instanceHour(type) === undefined
      ? [
          remark(
            'price-unknown',
            path('instanceTypes'),
            `The price of ${type} is not known here: the estimate leaves the nodes out.`,
          ),
        ]
      : []),
  ];
}

function choiceRemarks(spec: ClusterSpec): PlanWarning[] {
  const { logs, deletionProtection } = spec;
  return [
    ...nodeGroups(spec).flatMap(group => groupRemarks(group)),
    ...computeRemarks(spec),
    ...oneWayRemarks(spec),
    ...(logs.types.includes('audit')
      ? []
      : [
          remark(
            'no-audit-log',
            'logs.types',
            'Without the audit log nobody can tell afterwards who did what in the cluster.',
          ),
        ]),
    ...(deletionProtection
      ? []
      : [remark('unprotected', 'deletionProtection', 'Nothing guards the cluster and its stacks against deletion.')]),
  ];
}

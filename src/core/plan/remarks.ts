import type { ClusterSpec, NodeGroupSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { formatSpecPath } from '../spec/specPath.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import type { PlanWarning } from './plan.ts';
import { hoursPerMonth, instanceHour, interfaceEndpointMonthly, price } from './prices.ts';
import type { WarningFacts } from './warnings.ts';

/** What is no fault and still good to know: what stays open, what would be cheaper, what a choice means. */
export function planRemarks(facts: WarningFacts): PlanWarning[] {
  return [
    ...(facts.account ? [] : offlineRemarks(facts.spec)),
    ...endpointRemarks(facts),
    ...choiceRemarks(facts.spec),
  ];
}

function offlineRemarks({ network, access }: ClusterSpec): PlanWarning[] {
  const found: PlanWarning[] = [];
  if (typeof network.zones === 'number') {
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
  const zones = zoneCount(spec);
  const paid = endpoints.filter(({ type }) => type === 'Interface').length;
  const monthly = paid * interfaceEndpointMonthly(zones);
  const found: PlanWarning[] = [];
  if (zones > 2) {
    const saving = Math.round(monthly - paid * interfaceEndpointMonthly(2));
    const given = spec.network.zones;
    found.push({
      severity: 'info',
      code: 'two-zones-save',
      message: `${paid} interface endpoints in ${zones} zones cost ${Math.round(monthly)} USD a month; 2 zones would save ${saving} USD a month.`,
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

function remark(code: string, path: string, message: string): PlanWarning {
  return { severity: 'info', code, message, path };
}

function choiceRemarks(spec: ClusterSpec): PlanWarning[] {
  const { logs, encryption, deletionProtection } = spec;
  return [
    ...nodeGroups(spec).flatMap(group => groupRemarks(group)),
    ...(logs.types.includes('audit')
      ? []
      : [
          remark(
            'no-audit-log',
            'logs.types',
            'Without the audit log nobody can tell afterwards who did what in the cluster.',
          ),
        ]),
    ...(encryption.key !== 'aws-owned'
      ? [
          remark(
            'key-for-good',
            'encryption.key',
            'A cluster cannot go back from its own key, and without the key its secrets are lost.',
          ),
        ]
      : []),
    ...(deletionProtection
      ? []
      : [remark('unprotected', 'deletionProtection', 'Nothing guards the cluster and its stacks against deletion.')]),
  ];
}

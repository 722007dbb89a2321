import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { PlanWarning } from './plan.ts';
import { remark } from './remark.ts';

/** Switches that cannot be taken back, as far as a spec departs from what a cluster has anyway. Their codes end in `-for-good`. */
export function oneWayRemarks({ network, controlPlane, encryption }: ClusterSpec): PlanWarning[] {
  return [
    ...(encryption.key === 'aws-owned'
      ? []
      : [
          remark(
            'key-for-good',
            'encryption.key',
            'A cluster cannot go back from its own key, and without the key its secrets are lost.',
          ),
        ]),
    ...(controlPlane.egress === 'aws-managed'
      ? []
      : [
          remark(
            'egress-for-good',
            'controlPlane.egress',
            `A control plane whose calls leave by the VPC (${controlPlane.egress}) cannot go back to AWS’s own network: its webhooks and OIDC issuers must be reached from the subnets.`,
          ),
        ]),
    ...(network.ipFamily === 'ipv4'
      ? []
      : [
          remark(
            'ip-family-for-good',
            'network.ipFamily',
            'A cluster keeps its address family: IPv6 pods and services cannot become IPv4 ones.',
          ),
        ]),
    ...(network.serviceCidr === undefined
      ? []
      : [
          remark(
            'service-cidr-for-good',
            'network.serviceCidr',
            'A cluster keeps its block of services: another one means another cluster.',
          ),
        ]),
  ];
}

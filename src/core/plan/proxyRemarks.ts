import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { clusterShape } from '../templates/clusterShape.ts';
import { interfacePlace, planZones } from './endpoints.ts';
import type { AccountFacts, PlanWarning } from './plan.ts';
import { remark } from './remark.ts';

/** What a proxy does not do, or does beyond what a person may expect. */
export function proxyRemarks(spec: ClusterSpec, account: AccountFacts | undefined): PlanWarning[] {
  if (!spec.proxy) return [];
  const { nodes, fargate, auto } = clusterShape(spec);
  const { reachable } = spec.endpoints;
  const found: PlanWarning[] = [];
  const tell = (code: string, path: string, message: string) => found.push(remark(code, path, message));
  if (nodes)
    tell(
      'proxy-for-nodes',
      'proxy',
      'Nodes pull images through the proxy; pods are not told of it: give their containers HTTPS_PROXY and NO_PROXY where they need it. Nodes read it when they start, so a change replaces them.',
    );
  if (auto)
    tell(
      'proxy-not-for-auto-mode',
      'autoMode',
      'Auto Mode takes a proxy from a NodeClass of yours (advancedNetworking.httpsProxy and noProxy), not from this spec: its built-in node pools have none.',
    );
  if (fargate) tell('proxy-not-for-fargate', 'fargate', 'Fargate pulls images without the proxy.');
  if (reachable.length > 0)
    tell(
      'proxy-takes-reachable',
      'endpoints.reachable',
      `Calls to ${reachable.join(', ')} go through the proxy, because no endpoint is known for them; where a central VPC’s endpoints answer, name their hosts under proxy.noProxy.`,
    );
  const service = account?.proxyService;
  if (service?.acceptanceRequired)
    tell(
      'proxy-acceptance',
      'proxy.endpointService',
      'The proxy’s owner has to accept the endpoint before anything goes through it; nodes that start earlier fail to pull what lies beyond.',
    );
  const zones = account && planZones(spec, account);
  const { zones: served } = interfacePlace(service?.zones, spec, account);
  const without = zones?.filter(zone => !served?.includes(zone)) ?? [];
  if (service?.isShared && served && served.length > 0 && without.length > 0)
    tell(
      'proxy-across-zones',
      'proxy.endpointService',
      `The proxy’s service is not in ${without.join(', ')}: nodes there reach it through ${served.join(', ')}, and pay for traffic between zones.`,
    );
  return found;
}

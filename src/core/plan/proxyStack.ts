import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { proxyOfNodes, type ProxyOfNodes } from '../templates/nodeProxy.ts';
import { hasProxyEndpoint, proxyTemplate } from '../templates/proxyTemplate.ts';
import type { Template } from '../templates/template.ts';
import { interfacePlace, plannedEndpoints, planZones } from './endpoints.ts';
import { blockCount } from './endpointStack.ts';
import type { AccountFacts, ParameterSource } from './plan.ts';
import { literal, output, proxySources } from './vpcSources.ts';

/** The stack of the endpoint that leads to a proxy in another VPC. */
export function proxyStackTemplate(spec: ClusterSpec, account?: AccountFacts): Template {
  return proxyTemplate(spec, blockCount(spec, account), placesOf(spec, account));
}

export function proxyStackParameters(spec: ClusterSpec, account?: AccountFacts): Record<string, ParameterSource> {
  const wanted = proxyStackTemplate(spec, account).Parameters ?? {};
  return Object.fromEntries(Object.entries(proxySources(spec, account)).filter(([name]) => name in wanted));
}

/** Which of a new VPC's subnets lie in zones of the service; nothing said where all do, or the zones are open. */
function placesOf(spec: ClusterSpec, account?: AccountFacts): readonly number[] | undefined {
  if (spec.network.vpc || !account) return undefined;
  const all = planZones(spec, account);
  const { zones } = interfacePlace(account.proxyService?.zones, spec, account);
  if (!all || !zones || zones.length === all.length) return undefined;
  return zones.map(zone => all.indexOf(zone));
}

/** What nodes are told of the proxy. What `endpoints.reachable` names has no endpoint that we know of, and goes through it. */
export function plannedProxy(spec: ClusterSpec, account?: AccountFacts): ProxyOfNodes | undefined {
  const direct = plannedEndpoints(spec, account).filter(({ standing }) => standing !== 'said');
  return proxyOfNodes(
    spec,
    blockCount(spec, account),
    direct.map(({ service }) => service),
  );
}

/** Where the parameters of `plannedProxy` come from. */
export function proxyParameters(spec: ClusterSpec, account?: AccountFacts): Record<string, ParameterSource> {
  const { VpcCidrs, VpcIpv6Cidrs } = proxySources(spec, account);
  return {
    ...(VpcCidrs ? { VpcCidrs } : {}),
    ...(VpcIpv6Cidrs ? { VpcIpv6Cidrs } : {}),
    ProxyUrl: hasProxyEndpoint(spec) ? output('proxy', 'ProxyUrl') : literal(spec.proxy?.url ?? ''),
  };
}

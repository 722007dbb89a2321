// Names of AWS's endpoint services and of the hosts behind them.
import { dnsSuffixOf } from '../spec/regions.ts';

/** China names some services `cn.com.amazonaws…` and others not; there is no rule, only AWS's list. */
const chinaPrefixed = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'autoscaling', 'eks-auth', 'monitoring'];
/** Services of all regions; their names have no region. */
const globalServices = ['route53'];

/** `ecr.api` → `com.amazonaws.eu-west-1.ecr.api` */
export function endpointServiceName(service: string, region: string): string {
  if (globalServices.includes(service)) return `com.amazonaws.${service}`;
  const china = region.startsWith('cn-') && chinaPrefixed.includes(service) ? 'cn.' : '';
  return `${china}com.amazonaws.${region}.${service}`;
}

/** `com.amazonaws.eu-west-1.ecr.api` → `ecr.api`; what is no service of AWS's in this region stays as it is. */
export function shortServiceName(serviceName: string, region: string): string {
  const [, regional] = /^(?:cn\.)?com\.amazonaws\.(.+)$/.exec(serviceName) ?? [];
  if (regional === undefined) return serviceName;
  return regional.startsWith(`${region}.`) ? regional.slice(region.length + 1) : regional;
}

/** Host names, where they are not `SERVICE.REGION.amazonaws.com`; `R` stands for the region. */
const hosts: Readonly<Record<string, readonly string[]>> = {
  'ecr.api': ['api.ecr.R.amazonaws.com'],
  'ecr.dkr': ['dkr.ecr.R.amazonaws.com'],
  'eks-auth': ['eks-auth.R.api.aws'],
  'oidc-eks': ['oidc.eks.R.amazonaws.com', 'oidc-eks.R.api.aws'],
  route53: ['route53.amazonaws.com'],
};

/** The names by which a service is called, and which private DNS of its endpoint answers; of `ecr.dkr` the domain above each account's. */
export function serviceHosts(service: string, region: string): string[] {
  return (hosts[service] ?? [`${service}.R.amazonaws.com`]).map(host =>
    host.replace('R', region).replace('amazonaws.com', dnsSuffixOf(region)),
  );
}

/** How a private hosted zone stands to a host: it is its own, it lies above it, or neither. */
export function zoneAgainstHost(zone: string, host: string): 'own' | 'above' | undefined {
  const name = zone.replace(/\.$/, '').toLowerCase();
  if (name === host) return 'own';
  return host.endsWith(`.${name}`) ? 'above' : undefined;
}

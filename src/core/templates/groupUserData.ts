import type { NodeGroupSpec } from '../spec/clusterSpec.ts';
import { bottlerocketUserData } from './bottlerocketUserData.ts';
import type { NamedGroup } from './launchTemplate.ts';
import { nodeadmUserData } from './nodeadmUserData.ts';
import type { ProxyOfNodes } from './nodeProxy.ts';
import { clusterDnsOf } from './serviceCidr.ts';
import type { TemplateParameter, TemplateValue } from './template.ts';
import { parameter, ref, select } from './templateParts.ts';

/** What a group's user data depends on. */
export interface UserDataChoice {
  /** Block of Kubernetes services where it is known before, with IPv4. */
  readonly serviceCidr: string | undefined;
  readonly proxy: ProxyOfNodes | undefined;
}

/** What a group that joins by itself needs to know of the cluster: outputs of its stack. */
export const joinParameters: Readonly<
  Record<'Endpoint' | 'CertificateAuthorityData' | 'ServiceCidr', TemplateParameter>
> = {
  Endpoint: parameter('String', 'Address of the Kubernetes API.'),
  CertificateAuthorityData: parameter('String', 'Certificate authority of the Kubernetes API, base64.'),
  ServiceCidr: parameter('String', 'Block of Kubernetes services.'),
};

/** Whether EKS leaves it to us to tell the group's nodes which cluster to join. */
export function joinsByItself({ kind, ami }: NodeGroupSpec): boolean {
  return kind === 'self-managed' || ami !== undefined;
}

/** The user data with the cluster's values put in when the stack is made; undefined where EKS writes all of it. */
export function userData(group: NamedGroup, { serviceCidr, proxy }: UserDataChoice): TemplateValue | undefined {
  const joins = joinsByItself(group);
  if (!joins && !proxy) return undefined;
  const node = {
    clusterName: '${ClusterName}',
    apiServer: '${Endpoint}',
    certificateAuthority: '${CertificateAuthorityData}',
    labels: group.labels,
    taints: group.taints,
  };
  if (group.os === 'al2023') {
    const cluster = joins ? { ...node, serviceCidr: '${ServiceCidr}' } : undefined;
    return base64(nodeadmUserData({ cluster, proxy }), proxy?.variables);
  }
  // EKS gives an IPv6 cluster's services a block that ends in `::`, and its DNS the address `::a` in it.
  const isOpen = joins && serviceCidr === undefined;
  const base = isOpen ? { ServiceBase: select(0, { 'Fn::Split': ['/', ref('ServiceCidr')] }) } : {};
  const clusterDns = serviceCidr === undefined ? '${ServiceBase}a' : clusterDnsOf(serviceCidr);
  const text = bottlerocketUserData({ cluster: joins ? { ...node, clusterDns } : undefined, proxy });
  return base64(text, { ...base, ...proxy?.variables });
}

function base64(text: string, variables: Readonly<Record<string, TemplateValue>> = {}): TemplateValue {
  return { 'Fn::Base64': { 'Fn::Sub': Object.keys(variables).length > 0 ? [text, variables] : text } };
}

/** Parameters that this user data reads: Bottlerocket needs the services' block to join IPv6 clusters alone. */
export function userDataParameters(
  group: NodeGroupSpec,
  { serviceCidr, proxy }: UserDataChoice,
): Readonly<Record<string, TemplateParameter>> {
  const { ServiceCidr, ...always } = joinParameters;
  const join = !joinsByItself(group)
    ? {}
    : group.os === 'al2023' || serviceCidr === undefined
      ? { ...always, ServiceCidr }
      : always;
  return { ...join, ...proxy?.parameters };
}

import type { ClusterSpec, NodeGroupSpec } from '../spec/clusterSpec.ts';
import { bottlerocketUserData } from './bottlerocketUserData.ts';
import { nodeadmUserData } from './nodeadmUserData.ts';
import { clusterDnsOf } from './serviceCidr.ts';
import type { TemplateParameter, TemplateResource, TemplateValue } from './template.ts';
import { parameter, ref, select, tagList } from './templateParts.ts';

export type NamedGroup = NodeGroupSpec & { readonly name: string };

/** A launch template that closes the metadata service to pods and encrypts every disk. */
export function launchTemplate(
  spec: ClusterSpec,
  group: NamedGroup,
  more: Readonly<Record<string, TemplateValue>> = {},
  instanceTags: Readonly<Record<string, string>> = {},
): TemplateResource {
  const name = { Name: `${spec.name}-${group.name}` };
  const tags = { instance: { ...name, ...instanceTags }, volume: name };
  return {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: {
        MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: disks(group),
        ...more,
        TagSpecifications: Object.entries(tags).map(([ResourceType, own]) => ({
          ResourceType,
          Tags: tagList(spec, own),
        })),
      },
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: tagList(spec, name) }],
    },
  };
}

/** Bottlerocket keeps its system on one disk, of the image's own size, and images, containers and pods' files on another. */
function disks({ os, diskGiB }: NodeGroupSpec): TemplateValue[] {
  const disk = (DeviceName: string, size: Record<string, TemplateValue>) => ({
    DeviceName,
    Ebs: { VolumeType: 'gp3', ...size, Encrypted: true, DeleteOnTermination: true },
  });
  const data = { VolumeSize: diskGiB };
  return os === 'bottlerocket' ? [disk('/dev/xvda', {}), disk('/dev/xvdb', data)] : [disk('/dev/xvda', data)];
}

/** What a group with user data of its own needs to know of the cluster: outputs of its stack. */
export const userDataParameters: Readonly<
  Record<'Endpoint' | 'CertificateAuthorityData' | 'ServiceCidr', TemplateParameter>
> = {
  Endpoint: parameter('String', 'Address of the Kubernetes API.'),
  CertificateAuthorityData: parameter('String', 'Certificate authority of the Kubernetes API, base64.'),
  ServiceCidr: parameter('String', 'Block of Kubernetes services.'),
};

/** Whether EKS leaves the group's user data to us. */
export function writesUserData({ kind, ami }: NodeGroupSpec): boolean {
  return kind === 'self-managed' || ami !== undefined;
}

/** The user data with the cluster's values put in when the stack is made. `serviceCidr`: the block where it is known before, with IPv4. */
export function userData(group: NamedGroup, serviceCidr: string | undefined): TemplateValue {
  const node = {
    clusterName: '${ClusterName}',
    apiServer: '${Endpoint}',
    certificateAuthority: '${CertificateAuthorityData}',
    labels: group.labels,
    taints: group.taints,
  };
  if (group.os === 'al2023') return base64(nodeadmUserData({ ...node, serviceCidr: '${ServiceCidr}' }));
  // EKS gives an IPv6 cluster's services a block that ends in `::`, and its DNS the address `::a` in it.
  const base = select(0, { 'Fn::Split': ['/', ref('ServiceCidr')] });
  return serviceCidr === undefined
    ? base64(bottlerocketUserData({ ...node, clusterDns: '${ServiceBase}a' }), { ServiceBase: base })
    : base64(bottlerocketUserData({ ...node, clusterDns: clusterDnsOf(serviceCidr) }));
}

function base64(text: string, variables?: Readonly<Record<string, TemplateValue>>): TemplateValue {
  return { 'Fn::Base64': { 'Fn::Sub': variables ? [text, variables] : text } };
}

/** Parameters that this user data reads: Bottlerocket needs the services' block of IPv6 clusters alone. */
export function userDataParametersOf({ os }: NodeGroupSpec, serviceCidr: string | undefined) {
  const { ServiceCidr, ...always } = userDataParameters;
  return os === 'al2023' || serviceCidr === undefined ? { ...always, ServiceCidr } : always;
}

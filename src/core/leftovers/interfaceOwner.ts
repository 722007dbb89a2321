import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { clusterOfTags, tagMap } from './controllerTags.ts';

export interface InterfaceOwner {
  /** `cluster`: the VPC CNI's, or EKS's own. `balancer`, `endpoint`: go with what they belong to. `foreign`: never ours to touch. */
  readonly kind: 'cluster' | 'instance' | 'balancer' | 'classic-balancer' | 'endpoint' | 'bastion' | 'foreign';
  readonly cluster?: string;
  /** What it belongs to, for people: "load balancer app/web/50dc6c495c0c9188", "a Lambda function". */
  readonly of: string;
}

interface Rule {
  readonly description: RegExp;
  readonly kind: InterfaceOwner['kind'];
  readonly of: string;
}

/** By the descriptions that AWS's services give to what they make. */
const rules: readonly Rule[] = [
  { description: /^aws-K8S-(i-\w+)/i, kind: 'cluster', of: 'pods of $1 (VPC CNI)' },
  { description: /^aws-k8s-(branch|trunk)-eni/i, kind: 'cluster', of: 'pods with security groups of their own' },
  { description: /^Amazon EKS (.+)$/, kind: 'cluster', of: 'control plane of $1' },
  { description: /^ELB ((app|net|gwy)\/.+)$/, kind: 'balancer', of: 'load balancer $1' },
  { description: /^ELB (.+)$/, kind: 'classic-balancer', of: 'classic load balancer $1' },
  { description: /^VPC Endpoint Interface (vpce-\w+)/, kind: 'endpoint', of: 'endpoint $1' },
  { description: /^AWS Lambda VPC ENI-?(.*)$/, kind: 'foreign', of: 'Lambda function $1' },
  { description: /^Interface for NAT Gateway (nat-\w+)/, kind: 'foreign', of: 'NAT gateway $1' },
  { description: /^RDSNetworkInterface/, kind: 'foreign', of: 'an RDS database' },
  { description: /^EFS mount target for (fs-\w+)/, kind: 'foreign', of: 'mount target of file system $1' },
  {
    description: /^Network Interface for Transit Gateway Attachment (tgw-attach-\w+)/,
    kind: 'foreign',
    of: 'transit gateway attachment $1',
  },
  { description: /^Route 53 Resolver: (.+)$/, kind: 'foreign', of: 'Route 53 Resolver endpoint $1' },
  { description: /^EC2 Instance Connect Endpoint (eice-\w+)/, kind: 'foreign', of: 'Instance Connect endpoint $1' },
  { description: /^arn:aws[\w-]*:ecs:/, kind: 'bastion', of: 'an ECS task' },
  { description: /^ElastiCache (.+)$/, kind: 'foreign', of: 'ElastiCache $1' },
  { description: /^AWS created network interface for directory (d-\w+)/, kind: 'foreign', of: 'directory $1' },
];

/** Whose a network interface is, by its tags, its description and who asked for it. */
export function interfaceOwner(seen: NetworkInterface): InterfaceOwner {
  const { Description = '', Attachment, RequesterId, InterfaceType, TagSet } = seen;
  const cluster = clusterOfTags(tagMap(TagSet));
  const known = rules.find(({ description }) => description.test(Description));
  if (known) {
    const match = known.description.exec(Description) ?? [];
    const of = known.of.replace(/\$(\d)/g, (_all, index: string) => match[Number(index)] ?? '').trim();
    const ofEks = /^Amazon EKS (.+)$/.exec(Description)?.[1];
    const owner = cluster ?? ofEks;
    return { kind: known.kind, of, ...(owner === undefined ? {} : { cluster: owner }) };
  }
  if (Attachment?.InstanceId !== undefined)
    return { kind: 'instance', of: `instance ${Attachment.InstanceId}`, ...(cluster === undefined ? {} : { cluster }) };
  if (cluster !== undefined) return { kind: 'cluster', of: `cluster ${cluster}`, cluster };
  const by =
    InterfaceType === 'lambda'
      ? 'a Lambda function'
      : RequesterId
        ? `made by ${RequesterId}`
        : 'nobody that can be told';
  return { kind: 'foreign', of: Description ? `"${Description}", ${by}` : by };
}

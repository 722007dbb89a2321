import type {
  AddonIssueCode,
  ClusterIssueCode,
  FargateProfileIssueCode,
  NodegroupIssueCode,
} from '@aws-sdk/client-eks';

export interface HealthHelp {
  readonly what: string;
  readonly fix: string;
  /** Spec field to jump to; `{group}` is the node group. */
  readonly specPath?: string;
}
const help = (what: string, fix: string, specPath?: string): HealthHelp => ({
  what,
  fix,
  ...(specPath === undefined ? {} : { specPath }),
});

const internal = help('EKS had an error of its own', 'Retry; health.aws.amazon.com tells of outages.');
const permission = help(
  'a permission is missing',
  'Look at the role that AWS’s words name: its policies, its trust, a boundary, and the organization’s policies.',
);
const addresses = help(
  'the subnets have too few free addresses',
  'Free addresses, or add larger subnets; pods take theirs from the same blocks.',
  'network',
);
const unreachable = help(
  'EKS cannot reach the cluster’s API',
  'Look at the cluster’s security group, at the network ACLs of its subnets and at webhooks that do not answer.',
);
const subnetGone = help(
  'a subnet of the cluster is gone',
  'Give the cluster other subnets of the same VPC and zones, or make it anew.',
  'network',
);
const groupGone = help(
  'a security group is gone',
  'A deleted cluster security group cannot be had back: remove the reference to it, or make the cluster anew.',
);
const autoScaling = (what: string, fix: string) => help(what, fix);
const template = (what: string) =>
  help(what, 'Undo the change that was made outside of the stack, or replace the node group.');

const cluster: Readonly<Record<ClusterIssueCode, HealthHelp>> = {
  AccessDenied: permission,
  ClusterUnreachable: unreachable,
  ConfigurationConflict: help(
    'two settings of the cluster contradict each other',
    'AWS’s words name them: change one of them.',
  ),
  Ec2SecurityGroupNotFound: groupGone,
  Ec2ServiceNotSubscribed: help(
    'the account has not signed up for EC2',
    'Open EC2 in the console once, as the account’s owner.',
  ),
  Ec2SubnetNotFound: subnetGone,
  IamRoleNotFound: help(
    'the control plane’s role is gone',
    'Make a role of the same name with AmazonEKSClusterPolicy; the cluster’s role cannot be changed.',
  ),
  InsufficientFreeAddresses: addresses,
  InternalFailure: internal,
  KmsGrantRevoked: help(
    'the grant on the key for secrets was revoked',
    'Grants cannot be given back: retry once the key’s policy allows EKS, or restore the cluster from backup.',
    'encryption.key',
  ),
  KmsKeyDisabled: help('the key for secrets is disabled', 'Enable the key: `aws kms enable-key`.', 'encryption.key'),
  KmsKeyMarkedForDeletion: help(
    'the key for secrets is going to be deleted',
    'Call it back, before it and the cluster’s data are gone: `aws kms cancel-key-deletion` and `aws kms enable-key`.',
    'encryption.key',
  ),
  KmsKeyNotFound: help(
    'the key for secrets is gone',
    'Without it the cluster’s secrets cannot be read again: make the cluster anew.',
    'encryption.key',
  ),
  Other: help('EKS reports something that has no code of its own', 'Put right what AWS’s words name.'),
  ResourceLimitExceeded: help('a quota is used up', 'Ask for a higher quota in Service Quotas.'),
  ResourceNotFound: help('something that the cluster uses is gone', 'AWS’s words name it: make it again.'),
  StsRegionalEndpointDisabled: help(
    'STS is switched off in this region',
    'Switch the regional STS endpoint on in the account settings of IAM.',
  ),
  UnsupportedVersion: help(
    'the Kubernetes version is not supported any more',
    'Upgrade the cluster, one minor version at a time.',
    'version',
  ),
  VpcNotFound: help('the cluster’s VPC is gone', 'A cluster cannot move: make it anew.', 'network'),
};

const nodegroup: Readonly<Record<NodegroupIssueCode, HealthHelp>> = {
  AccessDenied: permission,
  AmiIdNotFound: help(
    'the image is gone or not shared with this account',
    'Name an image of this region that the account may use.',
    'nodes.{group}',
  ),
  AsgInstanceLaunchFailures: help(
    'instances cannot be launched',
    'AWS’s words say why (capacity, quota, the key for disks, the launch template): put that right.',
    'nodes.{group}.instanceTypes',
  ),
  AutoScalingGroupInstanceRefreshActive: autoScaling(
    'somebody refreshes the instances of the group',
    'Wait for its end or cancel it; EKS replaces nodes itself.',
  ),
  AutoScalingGroupInvalidConfiguration: autoScaling(
    'the Auto Scaling group was changed outside of EKS',
    'Undo the change that AWS’s words name.',
  ),
  AutoScalingGroupNotFound: autoScaling(
    'the Auto Scaling group was deleted outside of EKS',
    'Delete the node group; a retry makes it again.',
  ),
  AutoScalingGroupOptInRequired: autoScaling(
    'Auto Scaling is not enabled for the account here',
    'Enable the region, or open Auto Scaling once as the account’s owner.',
  ),
  AutoScalingGroupRateLimitExceeded: autoScaling('Auto Scaling has too many calls', 'Retry in a minute.'),
  ClusterUnreachable: unreachable,
  Ec2InstanceTypeDoesNotExist: help(
    'the instance type does not exist here',
    'Choose another type, or another zone.',
    'nodes.{group}.instanceTypes',
  ),
  Ec2LaunchTemplateDeletionFailure: template('EKS cannot delete its launch template'),
  Ec2LaunchTemplateInvalidConfiguration: help(
    'the launch template holds what EKS does not take',
    'AWS’s words name the member: remove it from the template.',
    'nodes.{group}',
  ),
  Ec2LaunchTemplateMaxLimitExceeded: help(
    'the quota of launch templates is used up',
    'Remove templates that nobody uses.',
  ),
  Ec2LaunchTemplateNotFound: template('the launch template of EKS was deleted'),
  Ec2LaunchTemplateVersionMaxLimitExceeded: help(
    'the launch template has too many versions',
    'Remove versions that nobody uses.',
  ),
  Ec2LaunchTemplateVersionMismatch: template('the launch template’s version was changed outside of EKS'),
  Ec2SecurityGroupDeletionFailure: help(
    'the group for remote access cannot be deleted: something uses it',
    'Remove what uses it.',
  ),
  Ec2SecurityGroupNotFound: groupGone,
  Ec2SubnetInvalidConfiguration: help(
    'a subnet gives its instances no public address, or the other way round',
    'Give a group without public addresses subnets without a route to an internet gateway.',
    'network',
  ),
  Ec2SubnetListTooLong: help('the group has too many subnets', 'Name fewer subnets.', 'network'),
  Ec2SubnetMissingIpv6Assignment: help(
    'a subnet of an IPv6 cluster gives its instances no IPv6 address',
    'Switch on that the subnet assigns IPv6 addresses.',
    'network',
  ),
  Ec2SubnetNotFound: subnetGone,
  IamInstanceProfileNotFound: help(
    'the instance profile of the nodes is gone',
    'Make it again with the node role in it, or replace the node group.',
  ),
  IamLimitExceeded: help('an IAM quota is used up', 'Remove roles or profiles that nobody uses, or ask for more.'),
  IamNodeRoleNotFound: help(
    'the node role is gone',
    'Retry makes it again; a role made again is another one to the cluster, so its access entry must be made again, too.',
  ),
  IamThrottling: help('IAM has too many calls', 'Retry in a minute.'),
  InstanceLimitExceeded: help(
    'the quota of running vCPUs is used up',
    'Ask for a higher quota "Running On-Demand Standard instances" in Service Quotas, or choose fewer or smaller nodes.',
    'nodes.{group}',
  ),
  InsufficientFreeAddresses: addresses,
  InternalFailure: internal,
  KubernetesLabelInvalid: help(
    'a label is not one that Kubernetes takes',
    'Correct the label.',
    'nodes.{group}.labels',
  ),
  LimitExceeded: help('a quota is used up', 'Ask for a higher quota in Service Quotas.'),
  NodeCreationFailure: help(
    'the instances started but did not join',
    'Look at the endpoints, their security group, the node role and the vpc-cni add-on.',
  ),
  NodeTerminationFailure: help('a node cannot be terminated', 'Look at its instance: protection, a lifecycle hook.'),
  PodEvictionFailure: help(
    'pods cannot be moved off a node: a disruption budget forbids it',
    'Loosen the budget, or run more replicas.',
  ),
  SourceEc2LaunchTemplateNotFound: template('the launch template that was given is gone'),
  Unknown: help('EKS reports something that has no code of its own', 'Put right what AWS’s words name.'),
};

const addon: Readonly<Record<AddonIssueCode, HealthHelp>> = {
  AccessDenied: permission,
  AddonPermissionFailure: help(
    'the add-on’s role may not do what the add-on does',
    'Give its role, by Pod Identity or IRSA, the policy that AWS’s words name.',
    'addons',
  ),
  AddonSubscriptionNeeded: help(
    'the add-on wants a Marketplace subscription',
    'Subscribe to it, or leave it out.',
    'addons',
  ),
  AdmissionRequestDenied: help(
    'an admission webhook or policy in the cluster refuses the add-on',
    'Exempt kube-system, or take the webhook out for the while.',
  ),
  ClusterUnreachable: unreachable,
  ConfigurationConflict: help(
    'the add-on’s objects were changed, or made, by somebody else',
    'Let the add-on overwrite them (resolveConflicts: overwrite), or carry the change into its configuration.',
    'addons',
  ),
  InsufficientNumberOfReplicas: help(
    'too few pods of the add-on run',
    'Without a Ready node, or with taints that it does not tolerate, none does: look at the nodes and at the pods in kube-system.',
  ),
  InternalFailure: internal,
  K8sResourceNotFound: help('an object of the add-on was deleted in the cluster', 'Retry makes it again.'),
  UnsupportedAddonModification: help(
    'the add-on’s objects were changed in a way that it does not take',
    'Undo the change, or let the add-on overwrite it.',
    'addons',
  ),
};

const fargate: Readonly<Record<FargateProfileIssueCode, HealthHelp>> = {
  AccessDenied: permission,
  ClusterUnreachable: unreachable,
  InternalFailure: internal,
  PodExecutionRoleAlreadyInUse: help(
    'the pod execution role is a node role, too',
    'Give Fargate a role of its own: one of the two access entries would take the other’s place.',
    'fargate',
  ),
};

const tables = { cluster, nodegroup, addon, fargate } as const;
export type HealthKind = keyof typeof tables;

/** What a code of EKS's health issues, or of a failed event, means; undefined for one that is newer than this table. */
export function healthHelp(kind: HealthKind, code: string | undefined): HealthHelp | undefined {
  const table: Readonly<Record<string, HealthHelp>> = tables[kind];
  return code !== undefined && Object.hasOwn(table, code) ? table[code] : undefined;
}

/** One line: what the code means, AWS's words, what it is about, what to do. */
export function healthText(
  kind: HealthKind,
  {
    code,
    message,
    resourceIds,
  }: {
    readonly code?: string | undefined;
    readonly message?: string | undefined;
    readonly resourceIds?: readonly string[] | undefined;
  },
): string {
  const known = healthHelp(kind, code);
  const about = resourceIds?.length ? ` [${resourceIds.join(', ')}]` : '';
  return `${code}${known ? ` (${known.what})` : ''}: ${message ?? 'no words'}${about}`;
}

import type { PropertyChange, ResourceChange } from './changePlan.ts';

const nouns: Readonly<Record<string, string>> = {
  'AWS::EKS::Cluster': 'the control plane',
  'AWS::EKS::Nodegroup': 'the node group',
  'AWS::EKS::FargateProfile': 'the Fargate profile',
  'AWS::EKS::Addon': 'the add-on',
  'AWS::EKS::AccessEntry': 'the access entry',
  'AWS::EKS::PodIdentityAssociation': 'the Pod Identity association',
  'AWS::IAM::Role': 'the role',
  'AWS::IAM::OIDCProvider': 'the OIDC provider',
  'AWS::EC2::VPC': 'the VPC',
  'AWS::EC2::VPCCidrBlock': 'the VPC’s further block',
  'AWS::EC2::Subnet': 'the subnet',
  'AWS::EC2::RouteTable': 'the route table',
  'AWS::EC2::SecurityGroup': 'the security group',
  'AWS::EC2::SecurityGroupIngress': 'the security group rule',
  'AWS::EC2::VPCEndpoint': 'the endpoint',
  'AWS::EC2::LaunchTemplate': 'the launch template',
  'AWS::AutoScaling::AutoScalingGroup': 'the Auto Scaling group',
  'AWS::Logs::LogGroup': 'the log group',
  'AWS::KMS::Key': 'the key',
};

/** What each of these does to those who use it, once it is replaced or removed. */
const replacedMeans: Readonly<Record<string, string>> = {
  'AWS::EKS::Cluster': 'everything in it is lost',
  'AWS::EKS::Nodegroup': 'a new group of nodes takes its place and the old nodes are drained',
  'AWS::EKS::FargateProfile': 'its pods end and are scheduled again',
  'AWS::EKS::AccessEntry': 'whoever it is for has no access for a moment',
  'AWS::EC2::VPCEndpoint': 'its addresses change and calls may fail for minutes',
  'AWS::EC2::SecurityGroup': 'everything that names the old one has to change',
};
const removedMeans: Readonly<Record<string, string>> = {
  'AWS::EKS::Nodegroup': 'its nodes are drained and ended',
  'AWS::EKS::Addon': 'what it runs is removed from the cluster',
  'AWS::EKS::AccessEntry': 'that principal has no access any more',
  'AWS::EKS::FargateProfile': 'its pods end',
  'AWS::EC2::VPCEndpoint': 'that service cannot be reached from the VPC any more',
  'AWS::Logs::LogGroup': 'its logs are lost',
};

/** What a change of one resource means, in one sentence. */
export function changeWords(change: Omit<ResourceChange, 'words'>): string {
  const { action, replacement, type, logicalId, properties } = change;
  const noun = nouns[type] ?? `the ${type}`;
  const thing = `${noun} ${logicalId}`;
  if (action === 'add') return sentence(`${thing} is made`);
  if (action === 'remove') return sentence(`${thing} is removed`, removedMeans[type]);
  if (replacement === 'True') return sentence(`${thing} is replaced`, replacedMeans[type]);
  if (replacement === 'Conditional') return sentence(`${thing} may be replaced`, replacedMeans[type]);
  const own = properties.filter(({ path }) => !isTagPath(path));
  if (own.length === 0) return sentence(`${thing} gets other tags`);
  const tags = own.length < properties.length ? ['its tags'] : [];
  const rolls = own.some(({ path }) => (rolling[type] ?? []).some(name => isOf(path, name)));
  const means = rolls ? '; its nodes are replaced in turn' : '';
  return sentence(`${thing} changes in place`, `${[...own.map(propertyWords), ...tags].join(', ')}${means}`);
}

/** Properties whose change in place gives a group other nodes. A launch template is one also where only the tags in it change. */
const rolling: Readonly<Record<string, readonly string[]>> = {
  'AWS::EKS::Nodegroup': ['LaunchTemplate', 'Version', 'ReleaseVersion'],
  'AWS::AutoScaling::AutoScalingGroup': ['LaunchTemplate'],
};
const isOf = (path: string, name: string) => `${path}/`.startsWith(`/Properties/${name}/`);

/** Of tags, of the resource itself or, as in a launch template, of what it makes. */
export function isTagPath(path: string): boolean {
  return /^(\/Properties)?(\/.+)?\/Tag(s|Specifications)(\/|$)/.test(path);
}

/** `MaxSize 4 → 6` */
export function propertyWords({ path, before, after }: PropertyChange): string {
  const name = path.replace(/^\/(Properties\/)?/, '').replaceAll('/', '.');
  if (before === undefined && after === undefined) return name;
  return `${name} ${shortened(before)} → ${shortened(after)}`;
}

function shortened(value: string | undefined): string {
  if (value === undefined) return 'none';
  return value.length > 60 ? `${value.slice(0, 57)}…` : value;
}

function sentence(what: string, means?: string): string {
  const text = means === undefined || means === '' ? what : `${what}: ${means}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

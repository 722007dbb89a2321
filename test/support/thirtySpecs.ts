/** What a spec of the thirty stands for, and its text. Several of them name things that must exist; a test puts its own in their place. */
export interface NamedSpec {
  readonly name: string;
  readonly text: string;
}

/** Stand for an existing VPC with three private subnets, one in each zone. */
export const existingVpc = {
  id: 'vpc-0a1b2c3d4e5f67890',
  subnets: ['subnet-0a1b2c3d4e5f67890', 'subnet-0b1c2d3e4f5a67891', 'subnet-0c1d2e3f4a5b67892'],
} as const;
/** Stand for a security group, an image, a key and a role that exist. */
export const existingGroup = 'sg-0a1b2c3d4e5f67890';
export const existingImage = 'ami-0a1b2c3d4e5f67890';
export const existingKey = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const existingRole = 'arn:aws:iam::111122223333:role/app';

const vpc = `vpc: {id: ${existingVpc.id}, subnets: [${existingVpc.subnets.join(', ')}]}`;

/** The simulated account has such a service shared with it. */
const proxy = 'proxy: {endpointService: com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0}';

const lines: readonly (readonly [string, string])[] = [
  ['defaults', ''],
  ['two zones of a /24, nothing logged', 'network: {cidr: 192.168.7.0/24, zones: 2}\nlogs: {types: []}'],
  [
    'zones by id, own administrators',
    `network: {zones: [euw1-az3, euw1-az1]}\naccess: {administrators: ["${existingRole}"]}`,
  ],
  ['pods in a block of their own', 'network: {cidr: 10.61.0.0/24, podCidr: 100.64.0.0/16, zones: 2}'],
  ['IPv6', 'network: {ipFamily: ipv6}'],
  ['services in a block of their own', 'network: {serviceCidr: 10.200.0.0/16}'],
  ['callers from outside the VPC', `network: {apiAccess: {cidrs: [10.8.0.0/16, 172.16.8.0/24]}}`],
  ['existing VPC', `network: {${vpc}}`],
  [
    'existing VPC, callers, endpoints and proxy elsewhere',
    `network: {${vpc}, apiAccess: {securityGroups: [${existingGroup}]}}\nendpoints: {reachable: [ec2, ssm]}\n${proxy}`,
  ],
  [
    'endpoint policies and more endpoints, a proxy in another VPC',
    `endpoints: {policy: account, extra: [execute-api, dynamodb]}\n${proxy}`,
  ],
  [
    'every feature',
    'features: {irsa: true, loadBalancers: true, autoscaling: true, containerLogs: true, metrics: true, secrets: true, karpenter: true, ebs: true, efs: true, fsx: true, kms: true, xray: true, prometheus: true, externalDns: true, eksApi: true, oidcDiscovery: true}\nendpoints: {reachable: [route53]}',
  ],
  ['images alone', 'features: {podIdentity: false, sessionManager: false}'],
  [
    'Bottlerocket behind a proxy',
    'nodes: {default: {os: bottlerocket, diskGiB: 80}}\nproxy: {url: "http://proxy.example.internal:3128", noProxy: [.example.internal]}',
  ],
  [
    'ARM on spot with labels and taints',
    'nodes: {default: {instanceTypes: [t4g.medium, m7g.large], capacity: spot, labels: {example.com/team: web}, taints: [{key: spot, effect: PreferNoSchedule}]}, web: {instanceTypes: [t4g.large], taints: [{key: dedicated, value: web, effect: NoSchedule}]}}',
  ],
  [
    'NVIDIA beside ordinary nodes',
    'nodes: {default: {}, gpu: {instanceTypes: [g6.xlarge], minSize: 0, desiredSize: 1, maxSize: 2, taints: [{key: nvidia.com/gpu, value: present, effect: NoSchedule}]}}',
  ],
  [
    'Neuron, and NVIDIA on ARM and Bottlerocket',
    'nodes: {default: {}, inf: {instanceTypes: [inf2.xlarge]}, vision: {os: bottlerocket, instanceTypes: [g5g.xlarge]}}',
  ],
  [
    'several groups, repaired',
    'nodes: {system: {repair: true}, batch_jobs: {instanceTypes: [m7g.large], repair: true, minSize: 0, desiredSize: 0}}',
  ],
  [
    'images of the user’s own',
    `nodes: {default: {ami: ${existingImage}}, rocket: {os: bottlerocket, ami: ${existingImage}}}`,
  ],
  ['self-managed', 'nodes: {default: {kind: self-managed, labels: {example.com/team: web}}}'],
  [
    'self-managed Bottlerocket, mixed and on spot',
    'nodes: {default: {kind: self-managed, os: bottlerocket, instanceTypes: [m7g.large, m6g.large], capacity: spot}, apart: {kind: self-managed, os: bottlerocket, taints: [{key: dedicated, value: a, effect: NoExecute}]}}\nfeatures: {autoscaling: true}',
  ],
  [
    'self-managed beside managed, with an own image',
    `nodes: {default: {}, own: {kind: self-managed, ami: ${existingImage}}}`,
  ],
  [
    'self-managed with IPv6',
    'network: {ipFamily: ipv6}\nnodes: {a: {kind: self-managed}, b: {kind: self-managed, os: bottlerocket}}',
  ],
  [
    'Fargate alone',
    'fargate: {apps: {selectors: [{namespace: apps}, {namespace: jobs, labels: {compute: fargate}}]}, more: {selectors: [{namespace: more}]}}\nfeatures: {podIdentity: false, irsa: true, sessionManager: false}',
  ],
  [
    'Fargate beside nodes, pods in their own block',
    'network: {podCidr: 100.64.0.0/16}\nnodes: {default: {}}\nfargate: {apps: {selectors: [{namespace: apps}]}}',
  ],
  ['Auto Mode', 'autoMode: {}'],
  ['Auto Mode without its pools, beside a group', 'autoMode: {nodePools: []}\nnodes: {default: {}}'],
  [
    'control plane with every choice, own key',
    'encryption: {key: new}\ncontrolPlane: {support: standard, zonalShift: true, egress: customer-routed, tier: tier-xl}',
  ],
  [
    'given key, unprotected, always staged',
    `encryption: {key: "${existingKey}"}\ndeletionProtection: false\nstaging: always`,
  ],
  [
    'add-ons with versions, configuration and roles',
    `addons: {vpc-cni: {configuration: {enableNetworkPolicy: "true"}, podIdentity: {aws-node: "${existingRole}"}}, aws-ebs-csi-driver: {podIdentity: {ebs-csi-controller-sa: "${existingRole}"}}, metrics-server: {}}\nfeatures: {ebs: true}\naccess: {podIdentities: [{namespace: apps, serviceAccount: web, roleArn: "${existingRole}"}]}`,
  ],
  ['EBS by Pod Identity, extended support', 'version: "1.33"\nfeatures: {ebs: true}'],
];

/** Thirty specs over the shapes that a private cluster takes. */
export const thirtySpecs: readonly NamedSpec[] = lines.map(([name, text], index) => ({
  name,
  text: `apiVersion: private-eks/v1\nkind: Cluster\nname: shape-${index + 1}\nregion: eu-west-1\n${text}\n`,
}));

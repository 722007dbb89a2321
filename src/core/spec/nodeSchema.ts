import * as z from 'zod';
import { instanceTypePattern } from './instanceType.ts';
import { arn, flag, oneOf, section, text, textMap, whole } from './schemaParts.ts';

const taint = section(
  {
    key: z.string('a taint key such as dedicated'),
    value: z.string('text').optional(),
    effect: oneOf(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  },
  'A taint: key, value and effect.',
);

const group = section(
  {
    kind: oneOf(['managed', 'self-managed']).default('managed').meta({
      description:
        'Who replaces the instances: EKS (managed), or an Auto Scaling group that is made here and has to be rolled by you (self-managed).',
    }),
    os: oneOf(['al2023', 'bottlerocket']).default('al2023').meta({
      description: 'Operating system: Amazon Linux 2023 or Bottlerocket.',
    }),
    ami: text(/^ami-[0-9a-f]{8}(?:[0-9a-f]{9})?$/, 'the id of an image, such as ami-0a1b2c3d4e5f67890')
      .optional()
      .meta({
        description:
          'An image of your own, built on EKS’s image of the same system. Left out: EKS’s image for the version.',
      }),
    instanceTypes: z
      .array(
        text(instanceTypePattern, 'an EC2 instance type such as t3.medium or m7g.large'),
        'a list of EC2 instance types',
      )
      .min(1, 'a list of 1 to 20 EC2 instance types')
      .max(20, 'a list of 1 to 20 EC2 instance types')
      .default(['t3.medium'])
      .meta({
        description: 'EC2 instance types, best first, all of one processor architecture.',
        examples: [['t3.medium'], ['m7g.large', 'm6g.large']],
      }),
    architecture: oneOf(['x86_64', 'arm64']).optional().meta({
      description:
        'Processor architecture. Follows from the instance types (arm64 for Graviton) and seldom needs saying.',
    }),
    capacity: oneOf(['on-demand', 'spot']).default('on-demand').meta({
      description: 'On-demand or spot instances. AWS may take spot instances away at two minutes’ notice.',
    }),
    minSize: whole(0, 450).default(2).meta({ description: 'Fewest nodes.' }),
    desiredSize: whole(0, 450).default(2).meta({ description: 'Nodes to begin with.' }),
    maxSize: whole(1, 450).default(4).meta({ description: 'Most nodes.' }),
    diskGiB: whole(20, 16384).default(40).meta({ description: 'Encrypted gp3 disk of each node, in GiB.' }),
    labels: textMap('label keys to values')
      .default({})
      .meta({ description: 'Kubernetes labels of the nodes.', examples: [{ 'example.com/team': 'payments' }] }),
    taints: z
      .array(taint, 'a list of maps of key, value and effect')
      .max(50, 'at most 50 taints')
      .default([])
      .meta({
        description: 'Taints: only pods that tolerate them run on these nodes.',
        examples: [[{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }]],
      }),
    repair: flag(false, 'EKS replaces nodes that stay unhealthy. Managed groups only.'),
  },
  'A group of nodes.',
);

/** Fields of a node group. */
export const groupFields = Object.keys(group.shape);

const groupName = 'a name of 1 to 63 letters, digits, hyphens and underscores, with a letter or digit first';
const mapOf = <S extends z.ZodType>(what: string, key: RegExp, keyAllowed: string, value: S) =>
  z.record(z.string().regex(key, keyAllowed), value, `a map of ${what}`);

export const nodes = mapOf(
  'node groups by name',
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
  groupName,
  group.prefault({}),
).meta({
  description:
    'Node groups by name. Nothing said of nodes, Fargate and Auto Mode: one managed group named default, of two t3.medium.',
  examples: [{ default: { instanceTypes: ['m7g.large'] } }],
});

const selector = section(
  {
    namespace: text(/^[a-z0-9*?](?:[a-z0-9*?-]{0,61}[a-z0-9*?])?$/, 'a Kubernetes namespace, such as apps'),
    labels: textMap('label keys to values').default({}),
  },
  'Pods of one namespace, with these labels.',
);
export const fargate = mapOf(
  'Fargate profiles by name',
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
  groupName,
  section(
    {
      selectors: z
        .array(selector, 'a list of maps of namespace and labels')
        .min(1, 'a list of 1 to 5 selectors')
        .max(5, 'a list of 1 to 5 selectors')
        .meta({ description: 'Pods that this profile takes: those that any of the selectors matches.' }),
    },
    'A Fargate profile.',
  ),
).meta({
  description: 'Fargate profiles by name. With no node groups CoreDNS runs on Fargate, too.',
  examples: [{ apps: { selectors: [{ namespace: 'apps' }] } }],
});

export const autoMode = section(
  {
    nodePools: z
      .array(oneOf(['general-purpose', 'system']), 'a list of general-purpose and system')
      .default(['general-purpose', 'system'])
      .meta({ description: 'Node pools that EKS brings.' }),
  },
  'EKS Auto Mode: AWS runs nodes, network, block storage and load balancing. About 12 % more than the instances’ price.',
);

export const addons = mapOf(
  'add-ons by name',
  /^[a-z0-9][a-z0-9_-]{0,99}$/,
  'the name of an EKS add-on, such as aws-ebs-csi-driver',
  section(
    {
      version: text(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, 'a version such as v1.20.4-eksbuild.2')
        .optional()
        .meta({
          description: 'Version. Left out: EKS’s default for the cluster’s Kubernetes version.',
        }),
      configuration: z.record(z.string(), z.unknown(), 'a map').optional().meta({
        description: 'Configuration, as the add-on’s own schema has it.',
      }),
      podIdentity: z
        .record(z.string(), arn('iam', 'the ARN of an IAM role'), 'a map of service accounts to role ARNs')
        .default({})
        .meta({ description: 'Roles of the add-on’s service accounts, by Pod Identity.' }),
    },
    'An EKS add-on.',
  ).prefault({}),
).meta({
  description:
    'More add-ons, or another version or configuration of one that is there anyway (vpc-cni, kube-proxy, coredns, eks-pod-identity-agent).',
  examples: [{ 'aws-ebs-csi-driver': { version: 'v1.48.0-eksbuild.1' } }],
});

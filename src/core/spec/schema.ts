import * as z from 'zod';
import type { ClusterSpec } from './clusterSpec.ts';
import { instanceTypePattern } from './instanceType.ts';
import { regionPattern, zoneIdPattern } from './regions.ts';
import { flag, oneOf, section, text, textMap, whole } from './schemaParts.ts';
import { apiVersion, specKind } from './specFile.ts';
import { defaultVersion, versionTable } from './versionTable.ts';

// The one source of what a spec file may say: types, defaults, words and the editor's JSON schema. Every `error` text is the answer to
// "what is allowed?", as it ends the sentence "<field> is <what was seen>; it must be …".

/** CloudWatch Logs takes these numbers of days and no others. */
export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
export const controlPlaneLogs = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;

/** Stack names are `private-eks-<name>-workload-addons` at the longest; CloudFormation ends them at 128, which leaves EKS's own 100. */
export const clusterNamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?$/;
const clusterNameAllowed = '1 to 100 letters, digits and hyphens, with a letter or digit at both ends';

const zonesAllowed = 'a number from 2 to 4, or a list of 2 to 4 zone ids such as [euw1-az1, euw1-az2]';
const network = section(
  {
    cidr: z
      .string('a private IPv4 block from /16 to /24, such as 10.40.0.0/16')
      .default('10.40.0.0/16')
      .meta({
        description:
          'The IPv4 block of the new VPC: private (RFC 1918 or 100.64.0.0/10), /16 to /24, clear of the networks it is to talk to and of the service ranges 10.100.0.0/16 and 172.20.0.0/16. Cannot be changed later.',
        examples: ['10.40.0.0/16', '172.16.0.0/20'],
      }),
    zones: z
      .union(
        [
          whole(2, 4),
          z.array(text(zoneIdPattern, 'a zone id such as euw1-az1')).min(2, zonesAllowed).max(4, zonesAllowed),
        ],
        zonesAllowed,
      )
      .default(3)
      .meta({
        description:
          'How many availability zones (2 to 4), or which ones, by zone id. Each zone adds the price of every interface endpoint. Cannot be changed later.',
        examples: [2, 3, ['euw1-az1', 'euw1-az2']],
      }),
  },
  'The VPC that is made for the cluster. It has no internet gateway, no NAT gateway and no route to the internet.',
);

const features = section(
  {
    images: flag(
      true,
      'Pull images from ECR (endpoints ecr.api, ecr.dkr and s3). EKS’s own add-ons come from there, too.',
    ),
    podIdentity: flag(true, 'AWS credentials for pods by EKS Pod Identity (endpoint eks-auth and the agent add-on).'),
    irsa: flag(
      false,
      'AWS credentials for pods by IAM roles for service accounts (endpoint sts and an OIDC provider).',
    ),
    sessionManager: flag(
      true,
      'kubectl from this editor by Session Manager through a node (endpoints ssm and ssmmessages, and the node role’s permission).',
    ),
    loadBalancers: flag(false, 'The AWS Load Balancer Controller (endpoint elasticloadbalancing).'),
    autoscaling: flag(false, 'The Cluster Autoscaler (endpoint autoscaling).'),
    containerLogs: flag(
      false,
      'Node and pod logs to CloudWatch Logs (endpoint logs). Control-plane logs do not need it.',
    ),
    metrics: flag(false, 'Metrics to CloudWatch from nodes and pods (endpoint monitoring).'),
    secrets: flag(false, 'Secrets Manager for pods (endpoint secretsmanager).'),
  },
  'What the workloads need. Each choice decides VPC endpoints, permissions or both.',
);

const logs = section(
  {
    types: z
      .array(oneOf(controlPlaneLogs), `a list of ${controlPlaneLogs.join(', ')}`)
      .default([...controlPlaneLogs])
      .meta({ description: 'Control-plane logs that EKS writes to CloudWatch Logs.' }),
    retentionDays: z
      .literal(retentionDays, `one of ${retentionDays.join(', ')}`)
      .default(90)
      .meta({ description: 'Days that the control-plane logs are kept.' }),
  },
  'Control-plane logs.',
);

const encryption = section(
  {
    customerKey: flag(
      false,
      'Encrypt Kubernetes secrets with a KMS key of your own. Without it EKS encrypts all API data with a key that AWS owns. Cannot be taken back.',
    ),
  },
  'Encryption of Kubernetes secrets.',
);

const access = section(
  {
    administrators: z
      .array(z.string('the ARN of an IAM role or user'), 'a list of ARNs of IAM roles or users')
      .max(20, 'at most 20 ARNs of IAM roles or users')
      .default([])
      .meta({
        description: 'IAM roles or users that administer the cluster. Empty: whoever creates it.',
        examples: [['arn:aws:iam::111122223333:role/platform-team']],
      }),
  },
  'Who may use the Kubernetes API.',
);

const nodes = section(
  {
    name: text(
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
      '1 to 63 letters, digits, hyphens and underscores, with a letter or digit first',
    )
      .default('default')
      .meta({ description: 'Name of the managed node group.' }),
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
    desiredSize: whole(1, 450)
      .default(2)
      .meta({ description: 'Nodes to begin with; one at least, because CoreDNS and kubectl’s way in need one.' }),
    maxSize: whole(1, 450).default(4).meta({ description: 'Most nodes.' }),
    diskGiB: whole(20, 16384).default(40).meta({ description: 'Encrypted gp3 disk of each node, in GiB.' }),
    labels: textMap('label keys to values')
      .default({})
      .meta({ description: 'Kubernetes labels of the nodes.', examples: [{ 'example.com/team': 'payments' }] }),
  },
  'The managed node group.',
);

export const specSchema = z.strictObject({
  apiVersion: z.literal(apiVersion, apiVersion).meta({ description: 'Format of this file.' }),
  kind: z.literal(specKind, specKind).meta({ description: 'What this file describes.' }),
  name: text(clusterNamePattern, clusterNameAllowed).meta({
    description: 'Name of the cluster, unique in its account and region. Cannot be changed later.',
    examples: ['payments'],
  }),
  region: text(regionPattern, 'an AWS region such as eu-west-1').meta({
    description: 'AWS region. Cannot be changed later.',
    examples: ['eu-west-1', 'us-east-1'],
  }),
  version: text(
    /^\d+\.\d+$/,
    `a Kubernetes version in quotes, one of ${versionTable.map(known => `"${known.version}"`).join(', ')}`,
  )
    .default(defaultVersion)
    .meta({
      description: 'Kubernetes minor version, in quotes (YAML reads 1.30 without quotes as the number 1.3).',
      examples: versionTable.map(known => known.version),
    }),
  tags: textMap('tag keys to values')
    .default({})
    .meta({
      description: 'Tags on everything that is made.',
      examples: [{ owner: 'platform', 'cost-centre': '1234' }],
    }),
  network: network.prefault({}),
  features: features.prefault({}),
  logs: logs.prefault({}),
  encryption: encryption.prefault({}),
  access: access.prefault({}),
  staging: oneOf(['auto', 'always']).default('auto').meta({
    description:
      'Send templates through an S3 bucket: only those that are too big to send inline (auto), or all of them (always).',
  }),
  deletionProtection: flag(
    true,
    'Guard the cluster and its stacks against deletion. Deleting with Private EKS takes the guard off first, after you typed the name.',
  ),
  nodes: nodes.prefault({}),
});

export type SpecFile = z.output<typeof specSchema>;

// The schema's output and the contract stay in step: all but the architecture, which `parseSpec` derives, must fit as it is.
type WithoutArchitecture = Omit<ClusterSpec, 'nodes'> & { nodes: Omit<ClusterSpec['nodes'], 'architecture'> };
export type SchemaMatchesContract = SpecFile extends WithoutArchitecture ? true : never;
true satisfies SchemaMatchesContract;

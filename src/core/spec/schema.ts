import * as z from 'zod';
import type { ClusterSpec } from './clusterSpec.ts';
import { endpoints, features } from './featureSchema.ts';
import { network } from './networkSchema.ts';
import { addons, autoMode, fargate, nodes } from './nodeSchema.ts';
import { proxy } from './proxySchema.ts';
import { regionPattern } from './regions.ts';
import { arn, flag, oneOf, section, text, textMap } from './schemaParts.ts';
import { apiVersion, specKind } from './specFile.ts';
import { defaultVersion, versionTable } from './versionTable.ts';

// The one source of what a spec file may say: types, defaults, words and the editor's JSON schema. Every `error` text is the answer to
// "what is allowed?", as it ends the sentence "<field> is <what was seen>; it must be …".

/** CloudWatch Logs takes these numbers of days and no others. */
export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
export const controlPlaneLogs = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;

/** Stack names are `private-eks-<name>-workload-addons`, or end in `-nodes-<group>`; CloudFormation ends them at 128, which leaves EKS's own 100. */
export const clusterNamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?$/;
const clusterNameAllowed = '1 to 100 letters, digits and hyphens, with a letter or digit at both ends';

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
    key: z
      .string('aws-owned, new, or the ARN of a KMS key')
      .regex(
        /^(?:aws-owned|new|arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+)$/,
        'aws-owned, new, or the ARN of a KMS key',
      )
      .default('aws-owned')
      .meta({
        description:
          'Key of Kubernetes secrets. EKS encrypts all API data with a key that AWS owns; `new` makes a KMS key of your own (1 USD a month), an ARN names one that exists. A key of your own cannot be taken back.',
        examples: ['aws-owned', 'new', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
      }),
  },
  'Encryption of Kubernetes secrets.',
);

const kubernetesName = text(
  /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/,
  'a name of Kubernetes: lower case letters, digits and hyphens',
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
    podIdentities: z
      .array(
        section(
          {
            namespace: kubernetesName,
            serviceAccount: kubernetesName,
            roleArn: arn('iam', 'the ARN of an IAM role'),
          },
          'A role for the pods of one service account.',
        ),
        'a list of maps of namespace, serviceAccount and roleArn',
      )
      .max(200, 'at most 200 associations')
      .default([])
      .meta({ description: 'Roles for pods by EKS Pod Identity, by namespace and service account.' }),
  },
  'Who may use the Kubernetes API, and which roles pods get.',
);

const controlPlane = section(
  {
    support: oneOf(['extended', 'standard']).default('extended').meta({
      description:
        'When standard support of the version ends: go on in extended support at six times the price (extended), or let EKS upgrade the cluster by itself (standard).',
    }),
    zonalShift: flag(false, 'Let Route 53 ARC shift traffic away from an impaired zone.'),
    egress: oneOf(['aws-managed', 'customer-routed', 'customer-isolated']).default('aws-managed').meta({
      description:
        'Where calls of the control plane itself leave (webhooks, OIDC issuers): by AWS’s network, or by the VPC’s own routes (customer-routed, customer-isolated). Cannot be taken back.',
    }),
    tier: oneOf(['standard', 'tier-xl', 'tier-2xl', 'tier-4xl', 'tier-8xl']).default('standard').meta({
      description: 'Size of the control plane. All but standard cost more by the hour.',
    }),
  },
  'The control plane.',
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
  endpoints: endpoints.prefault({}),
  proxy: proxy.optional(),
  controlPlane: controlPlane.prefault({}),
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
  nodes: nodes.optional(),
  fargate: fargate.default({}),
  autoMode: autoMode.optional(),
  addons: addons.default({}),
});

/** A file as the schema reads it. Groups have no architecture yet, and nothing said of nodes is not yet the group `default`. */
export type SpecFile = z.output<typeof specSchema>;
/** `SpecFile` with its node groups settled: what the rules judge. */
export type SettledSpecFile = Omit<SpecFile, 'nodes'> & { readonly nodes: NonNullable<SpecFile['nodes']> };

// The schema's output and the contract stay in step: all but the architecture, which `parseSpec` derives, must fit as it is.
type GroupOf<S extends { nodes: unknown }> = S['nodes'][keyof S['nodes']];
type WithoutArchitecture = Omit<ClusterSpec, 'nodes'> & {
  nodes: Record<string, Omit<GroupOf<ClusterSpec>, 'architecture'>>;
};
export type SchemaMatchesContract = SettledSpecFile extends WithoutArchitecture ? true : never;
true satisfies SchemaMatchesContract;

import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../../kernel/account.ts';
import { keys as kmsKeys } from '../../kms.ts';
import type { ContextKeys } from '../policy.ts';
import { linkedRole, type LinkedService } from '../serviceLinkedRole.ts';
import { arnOf, asks, passRole, requestTags, rowsFor, type AccessTable, type Asked } from './asked.ts';

interface EksInput {
  readonly name?: string;
  readonly clusterName?: string;
  readonly nodegroupName?: string;
  readonly addonName?: string;
  readonly fargateProfileName?: string;
  readonly principalArn?: string;
  readonly associationId?: string;
  readonly roleArn?: string;
  readonly nodeRole?: string;
  readonly podExecutionRoleArn?: string;
  readonly launchTemplate?: object;
  readonly podIdentityAssociations?: readonly Eks.AddonPodIdentityAssociations[];
  readonly serviceAccountRoleArn?: string;
  readonly encryptionConfig?: readonly Eks.EncryptionConfig[];
  readonly resourcesVpcConfig?: Eks.VpcConfigRequest;
  readonly accessConfig?: Eks.CreateAccessConfigRequest;
  readonly upgradePolicy?: Eks.UpgradePolicyRequest;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What a service's first use in an account needs: its own role is made in the caller's name. */
const firstUse = (service: LinkedService, context: CallContext): Asked[] => {
  const { arn, exists } = linkedRole(context, service);
  const keys = { 'iam:awsservicename': [service] };
  return exists ? [] : [{ action: 'iam:CreateServiceLinkedRole', resource: arn, keys }];
};

/** What a policy may ask of a cluster's settings. A setting that the call leaves out has no key: so it is understood, not published. */
function clusterKeys({ resourcesVpcConfig: vpc, accessConfig, upgradePolicy }: EksInput): ContextKeys {
  const keys = {
    'eks:endpointpublicaccess': vpc?.endpointPublicAccess,
    'eks:endpointprivateaccess': vpc?.endpointPrivateAccess,
    'eks:controlplaneegressmode': vpc?.controlPlaneEgressMode,
    'eks:authenticationmode': accessConfig?.authenticationMode,
    'eks:bootstrapclustercreatoradminpermissions': accessConfig?.bootstrapClusterCreatorAdminPermissions,
    'eks:supporttype': upgradePolicy?.supportType,
  };
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, [String(value)]]])),
  );
}

const listed = (tags: Readonly<Record<string, string>> = {}) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The thing that an operation is about, and below its name what EKS adds to it. */
function thing({ clusterName, name, ...input }: EksInput, context: CallContext): string {
  const cluster = clusterName ?? name ?? '*';
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['nodegroup', input.nodegroupName],
    ['addon', input.addonName],
    ['fargateprofile', input.fargateProfileName],
    ['access-entry', input.principalArn],
    ['podidentityassociation', input.associationId],
  ];
  const part = parts.find(([, value]) => value !== undefined);
  return part
    ? `${arnOf('eks', part[0], context)}/${cluster}/${part[1]}/*`
    : arnOf('eks', `cluster/${cluster}`, context);
}

const onThing = (operation: string) =>
  asks<EksInput>((input, context) => {
    const cluster = arnOf('eks', `cluster/${input.clusterName ?? input.name ?? '*'}`, context);
    const creates = operation.startsWith('Create');
    const keys = requestTags(listed(input.tags));
    const tagged = creates && Object.keys(input.tags ?? {}).length > 0;
    return [
      {
        action: `eks:${operation}`,
        resource: creates ? cluster : thing(input, context),
        keys: { ...keys, ...clusterKeys(input) },
      },
      ...(tagged ? [{ action: 'eks:TagResource', resource: thing(input, context), keys }] : []),
      ...given(operation, input, context),
    ];
  });

function given(operation: string, input: EksInput, context: CallContext): Asked[] {
  const key = (input.encryptionConfig ?? []).flatMap(({ provider }) =>
    ['kms:DescribeKey', 'kms:CreateGrant'].map(action => ({ action, ...kmsThing(provider?.keyArn ?? '', context) })),
  );
  if (operation === 'AssociateEncryptionConfig') return key;
  if (operation === 'CreateCluster')
    return [...passRole(input.roleArn, 'eks'), ...key, ...firstUse('eks.amazonaws.com', context)];
  if (operation === 'CreateNodegroup') {
    const keys = requestTags(listed(input.tags));
    const launch = ['ec2:RunInstances', 'ec2:CreateTags'].map(action => ({ action, resource: '*', keys }));
    return [
      ...passRole(input.nodeRole, 'eks'),
      ...(input.launchTemplate ? launch : []),
      ...firstUse('eks-nodegroup.amazonaws.com', context),
    ];
  }
  if (operation === 'CreateFargateProfile')
    return [
      ...passRole(input.podExecutionRoleArn, 'eks-fargate-pods'),
      ...firstUse('eks-fargate.amazonaws.com', context),
    ];
  if (operation === 'CreateAddon' || operation === 'UpdateAddon') {
    const resource = arnOf('eks', `cluster/${input.clusterName ?? '*'}`, context);
    return [
      ...(input.podIdentityAssociations ?? []).flatMap(({ roleArn }) => [
        { action: 'eks:CreatePodIdentityAssociation', resource },
        ...passRole(roleArn, 'pods.eks'),
      ]),
      ...passRole(input.serviceAccountRoleArn, 'eks'),
    ];
  }
  return operation === 'CreatePodIdentityAssociation' ? passRole(input.roleArn, 'pods.eks') : [];
}

/** A key with its tags. */
export function kmsThing(id: string, context: CallContext): Omit<Asked, 'action'> {
  const row = kmsKeys(context).get(id.slice(id.lastIndexOf('/') + 1));
  const tags = Object.entries(row?.tags ?? {}).map(([Key, Value]) => [`aws:resourcetag/${Key}`.toLowerCase(), [Value]]);
  return {
    resource: id.startsWith('arn:') ? id : arnOf('kms', `key/${id}`, context),
    keys: Object.fromEntries(tags) as Readonly<Record<string, readonly string[]>>,
  };
}

export const eksAccess: AccessTable = {
  ...rowsFor('TagResource UntagResource', operation =>
    asks<{ resourceArn?: string; tags?: EksInput['tags'] }>(({ resourceArn = '*', tags }) => ({
      action: `eks:${operation}`,
      resource: resourceArn,
      keys: requestTags(listed(tags)),
    })),
  ),
  ...rowsFor(
    'CreateCluster DescribeCluster DeleteCluster UpdateClusterConfig UpdateClusterVersion AssociateEncryptionConfig CreateNodegroup DescribeNodegroup ' +
      'DeleteNodegroup UpdateNodegroupConfig UpdateNodegroupVersion ListNodegroups ListClusters CreateAddon DescribeAddon ' +
      'DeleteAddon UpdateAddon ListAddons CreateAccessEntry DescribeAccessEntry DeleteAccessEntry UpdateAccessEntry ' +
      'ListAccessEntries AssociateAccessPolicy DisassociateAccessPolicy ListAssociatedAccessPolicies CreateFargateProfile ' +
      'DescribeFargateProfile DeleteFargateProfile ListFargateProfiles CreatePodIdentityAssociation ' +
      'DescribePodIdentityAssociation DeletePodIdentityAssociation ListPodIdentityAssociations UpdatePodIdentityAssociation ' +
      'ListUpdates DescribeUpdate ListInsights DescribeInsight',
    onThing,
  ),
};

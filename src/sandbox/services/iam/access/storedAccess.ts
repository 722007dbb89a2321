import { balancingTags } from '../../elasticLoadBalancing.ts';
import { rows } from '../rows.ts';
import { arnOf, asks, passRole, requestTags, resourceTags, rowsFor, type AccessTable, type Asks } from './asked.ts';
import { kmsThing } from './eksAccess.ts';

interface KmsInput {
  readonly KeyId?: string;
  readonly Tags?: readonly { readonly TagKey: string; readonly TagValue: string }[];
}

const kmsTags = (tags: KmsInput['Tags'] = []) =>
  requestTags(tags.map(({ TagKey: Key, TagValue: Value }) => ({ Key, Value })));

const onKey = (operation: string) =>
  asks<KmsInput>(({ KeyId = '', Tags }, context) => {
    const { resource, keys } = kmsThing(KeyId, context);
    return { action: `kms:${operation}`, resource, keys: { ...keys, ...kmsTags(Tags) } };
  });

export const kmsAccess: AccessTable = {
  CreateKey: asks<KmsInput>(({ Tags = [] }, context) => {
    const keys = kmsTags(Tags);
    const tagging = { action: 'kms:TagResource', resource: arnOf('kms', 'key/*', context), keys };
    return [{ action: 'kms:CreateKey', resource: '*', keys }, ...(Tags.length > 0 ? [tagging] : [])];
  }),
  ...rowsFor(
    'DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource',
    onKey,
  ),
};

interface LogsInput {
  readonly logGroupName?: string;
  readonly resourceArn?: string;
  readonly tags?: object;
}

export const onLogGroup = (operation: string): Asks =>
  asks<LogsInput>(({ logGroupName = '*', resourceArn, tags = {} }, context) => {
    const resource = `${resourceArn?.replace(/:\*$/, '') ?? arnOf('logs', `log-group:${logGroupName}`, context)}:*`;
    const tagging = operation === 'CreateLogGroup' && Object.keys(tags).length > 0 ? ['TagResource'] : [];
    return [operation, ...tagging].map(name => ({ action: `logs:${name}`, resource }));
  });

export const onOidcProvider = (operation: string): Asks =>
  asks<{ OpenIDConnectProviderArn?: string; Url?: string; Tags?: readonly object[] }>((input, { account }) => {
    const { Url = '', Tags = [] } = input;
    const resource =
      input.OpenIDConnectProviderArn ?? account.arn('iam', '', `oidc-provider/${Url.replace(/^https:\/\//, '')}`);
    const tagging = /^Create/.test(operation) && Tags.length > 0 ? ['TagOpenIDConnectProvider'] : [];
    return [operation, ...tagging].map(name => ({ action: `iam:${name}`, resource }));
  });

/** Operations of S3 whose leave has another name than they have. */
const s3Actions: Readonly<Record<string, string>> = {
  CreateBucket: 'CreateBucket',
  DeleteBucket: 'DeleteBucket',
  HeadBucket: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  HeadObject: 'GetObject',
  GetObject: 'GetObject',
  PutObject: 'PutObject',
  DeleteObject: 'DeleteObject',
  GetBucketPolicy: 'GetBucketPolicy',
  PutBucketPolicy: 'PutBucketPolicy',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
};

export const s3Access: AccessTable = rowsFor(Object.keys(s3Actions).join(' '), operation =>
  asks<{ Bucket?: string; Key?: string }>(({ Bucket = '', Key }, { account }) => ({
    action: `s3:${s3Actions[operation]}`,
    resource: `arn:${account.partition}:s3:::${Bucket}${Key === undefined ? '' : `/${Key}`}`,
  })),
);

interface BalancingInput {
  readonly Name?: string;
  readonly Type?: string;
  readonly LoadBalancerArn?: string;
  readonly TargetGroupArn?: string;
  readonly Tags?: Parameters<typeof requestTags>[0];
}

/** Creates by the name that is to be, and what is there by its ARN and its tags. Looks know no resource. */
export const balancingAccess: AccessTable = rowsFor(
  'CreateLoadBalancer CreateTargetGroup DeleteLoadBalancer DeleteTargetGroup',
  operation =>
    asks<BalancingInput>(({ Name = '', Type, LoadBalancerArn, TargetGroupArn, Tags = [] }, context) => {
      const path = operation.endsWith('Group') ? 'targetgroup' : `loadbalancer/${Type === 'network' ? 'net' : 'app'}`;
      const given = LoadBalancerArn ?? TargetGroupArn;
      const resource =
        given?.replace(/^classic\//, arnOf('elasticloadbalancing', 'loadbalancer/', context)) ??
        arnOf('elasticloadbalancing', `${path}/${Name}/*`, context);
      const own = given === undefined ? [] : balancingTags(given, context);
      const keys = { ...resourceTags('elasticloadbalancing', own), ...requestTags(Tags) };
      const tagging = operation.startsWith('Create') && Tags.length > 0 ? ['AddTags'] : [];
      return [operation, ...tagging].map(name => ({ action: `elasticloadbalancing:${name}`, resource, keys }));
    }),
);

interface ProfileInput {
  readonly InstanceProfileName?: string;
  readonly RoleName?: string;
}

/** A role in a profile is given to EC2. */
export const onInstanceProfile = (operation: string): Asks =>
  asks<ProfileInput>(({ InstanceProfileName = '', RoleName }, context) => {
    const { account } = context;
    const role = RoleName === undefined ? undefined : rows(context, 'roles').get(RoleName)?.Arn;
    const row = rows(context, 'profiles').get(InstanceProfileName);
    const resource = row?.Arn ?? account.arn('iam', '', `instance-profile/${InstanceProfileName}`);
    return [
      { action: `iam:${operation}`, resource, keys: resourceTags('iam', row?.Tags) },
      ...(operation === 'AddRoleToInstanceProfile' ? passRole(role, 'ec2') : []),
    ];
  });

interface ScalingInput {
  readonly AutoScalingGroupName?: string;
  readonly Tags?: readonly { readonly ResourceId?: string }[];
}

export const autoScalingAccess: AccessTable = rowsFor(
  'CreateAutoScalingGroup UpdateAutoScalingGroup DeleteAutoScalingGroup CreateOrUpdateTags DeleteTags',
  operation =>
    asks<ScalingInput>(({ Tags = [], AutoScalingGroupName: name = Tags[0]?.ResourceId }, context) => ({
      action: `autoscaling:${operation}`,
      resource: arnOf('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${name ?? ''}`, context),
    })),
);

import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { partitionOf } from '../spec/regions.ts';

/** An account's id, or the intrinsic that a template puts in its place. */
export type AccountReference = string | { readonly Ref: 'AWS::AccountId' };

export interface EndpointPolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: '*';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, AccountReference>>>>;
}
export interface EndpointPolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly EndpointPolicyStatement[];
}

/** Services whose endpoints take no policy. */
const withoutPolicy = ['oidc-eks'];

/**
 * The policy of an endpoint under `endpoints.policy: account`: this account's principals alone, and of S3 also AWS's own buckets, which
 * nodes read with signatures that are not the account's. Undefined where AWS's default stays: `open`, or a service that takes none.
 */
export function endpointPolicy(
  service: string,
  { endpoints, region }: Pick<ClusterSpec, 'endpoints' | 'region'>,
  accountId: AccountReference = { Ref: 'AWS::AccountId' },
): EndpointPolicyDocument | undefined {
  if (endpoints.policy === 'open' || withoutPolicy.includes(service)) return undefined;
  const own: EndpointPolicyStatement = {
    Sid: 'OwnPrincipals',
    Effect: 'Allow',
    Principal: '*',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalAccount': accountId } },
  };
  return { Version: '2012-10-17', Statement: [own, ...(extras[service]?.(region, accountId) ?? [])] };
}

const extras: Readonly<Record<string, (region: string, accountId: AccountReference) => EndpointPolicyStatement[]>> = {
  s3: region => [
    {
      Sid: 'AwsBuckets',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: awsBuckets(region).map(bucket => `arn:${partitionOf(region)}:s3:::${bucket}/*`),
    },
  ],
  // Whoever changes a token for credentials has none yet: the request carries no principal, only the role that it asks for.
  sts: (_region, accountId) => [
    {
      Sid: 'WebIdentityIntoOwnRoles',
      Effect: 'Allow',
      Principal: '*',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceAccount': accountId } },
    },
  ],
};

/** In which ECR keeps the layers of images; read with a signature of ECR's own. */
export const layerBucket = (region: string): string => `prod-${region}-starport-layer-bucket`;
/** Packages of Amazon Linux 2023; the end is the same in every region that was seen, and is left open all the same. */
export const packageBuckets = (region: string): string => `al2023-repos-${region}-*`;

/** AWS's own buckets that nodes read from. */
export function awsBuckets(region: string): string[] {
  return [
    layerBucket(region),
    packageBuckets(region),
    `amazon-eks-${region}`,
    'amazon-eks',
    `amazon-ssm-${region}`,
    `aws-ssm-${region}`,
    `amazon-ssm-packages-${region}`,
    `${region}-birdwatcher-prod`,
    `patch-baseline-snapshot-${region}`,
  ];
}

import { createHash } from 'node:crypto';
import type * as Ssm from '@aws-sdk/client-ssm';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { fluentBitImage } from '../ecs/images.ts';
import { offeredVersion, offeredVersions } from '../eks/versions.ts';

const releaseDate = '20261110';

export interface PublicAmi {
  readonly imageId: string;
  readonly name: string;
  readonly releaseVersion: string;
}

/** The image that EKS recommends: one id per region, version and architecture, the same in every account. */
export function publicAmi(region: string, version: string, architecture: string): PublicAmi {
  const patch = offeredVersions(0).find(row => row.version === version)?.patch ?? `${version}.0`;
  const digest = createHash('sha256').update(`${region}/${version}/${architecture}`).digest('hex');
  return {
    imageId: `ami-0${digest.slice(0, 16)}`,
    name: `amazon-eks-node-al2023-${architecture}-standard-${version}-v${releaseDate}`,
    releaseVersion: `${patch}-${releaseDate}`,
  };
}

const known =
  /^\/aws\/service\/eks\/optimized-ami\/([^/]+)\/amazon-linux-2023\/([^/]+)\/standard\/recommended(?:\/([a-z_]+))?$/;

/** `stable` or `latest` → a version of the image that a region's own account has. */
const fluentBit = /^\/aws\/service\/aws-for-fluent-bit\/(stable|latest)$/;

function valueOf(path: string, { account, region }: CallContext): string | undefined {
  if (fluentBit.test(path)) return fluentBitImage(region, '2.34.0');
  const parts = known.exec(path);
  // Of AWS's own public parameters these alone are simulated.
  if (!parts && path.startsWith('/aws/')) throw notImplemented(`ssm parameter ${path}`);
  const [, version = '', architecture = '', leaf] = parts ?? [];
  if (!offeredVersion(version, account.now()) || !['x86_64', 'arm64'].includes(architecture)) return undefined;
  const { imageId, name: image, releaseVersion } = publicAmi(region, version, architecture);
  const values: Readonly<Record<string, string>> = {
    image_id: imageId,
    image_name: image,
    release_version: releaseVersion,
  };
  return leaf === undefined ? JSON.stringify({ schema_version: '2', ...values }) : values[leaf];
}

function lookUp(path: string, context: CallContext): Ssm.Parameter | undefined {
  const Value = valueOf(path, context);
  if (Value === undefined) return undefined;
  return {
    Name: path,
    Type: 'String',
    Value,
    Version: 1,
    LastModifiedDate: new Date(Date.UTC(2026, 10, 10)),
    ARN: `arn:aws:ssm:${context.region}::parameter${path}`,
    DataType: 'text',
  };
}

export function getParameter({ Name = '' }: Ssm.GetParameterRequest, context: CallContext): Ssm.GetParameterResult {
  const found = lookUp(Name, context);
  if (!found) throw new AwsError('ParameterNotFound', '');
  return { Parameter: found };
}

export function getParameters({ Names = [] }: Ssm.GetParametersRequest, context: CallContext): Ssm.GetParametersResult {
  const found = Names.map(name => [name, lookUp(name, context)] as const);
  return {
    Parameters: found.flatMap(([, parameter]) => parameter ?? []),
    InvalidParameters: found.filter(([, parameter]) => !parameter).map(([name]) => name),
  };
}

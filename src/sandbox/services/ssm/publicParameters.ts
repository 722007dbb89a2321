import { createHash } from 'node:crypto';
import type * as Ssm from '@aws-sdk/client-ssm';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { offeredVersion, offeredVersions } from '../eks/versions.ts';

const releaseDate = '20261110';
const architectures = ['x86_64', 'arm64'] as const;
const root = '/aws/service/eks/optimized-ami';
const leaves = ['image_id', 'image_name', 'release_version'] as const;

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

function lookUp(name: string, { account, region }: CallContext): Ssm.Parameter | undefined {
  const path = name.startsWith('arn:') ? `/${name.split(':parameter/')[1] ?? ''}` : name;
  const parts = new RegExp(`^${root}/([^/]+)/amazon-linux-2023/([^/]+)/standard/recommended(?:/([a-z_]+))?$`).exec(
    path,
  );
  const [, version = '', architecture = '', leaf] = parts ?? [];
  if (!offeredVersion(version, account.now()) || !architectures.some(one => one === architecture)) return undefined;
  const { imageId, name: image, releaseVersion } = publicAmi(region, version, architecture);
  const values: Readonly<Record<string, string>> = {
    image_id: imageId,
    image_name: image,
    release_version: releaseVersion,
  };
  const Value = leaf === undefined ? JSON.stringify({ schema_version: '2', ...values }) : values[leaf];
  if (Value === undefined) return undefined;
  return {
    Name: path,
    Type: 'String',
    Value,
    Version: 1,
    LastModifiedDate: new Date(Date.UTC(2026, 10, 10)),
    ARN: `arn:aws:ssm:${region}::parameter${path}`,
    DataType: 'text',
  };
}

/** Public parameters that AWS has and this sandbox has not. */
function refuseUnsimulated(name: string): void {
  const known =
    /^\/aws\/service\/(ami-|bottlerocket|canonical|ecs|global-infrastructure|datasync|marketplace|aws-for-fluent-bit)/;
  if (known.test(name) || /\/eks\/optimized-ami\/.+\/(amazon-linux-2(-|\/)|nvidia|neuron)/.test(name))
    throw notImplemented(`ssm parameter ${name}`);
}

export function getParameter({ Name = '' }: Ssm.GetParameterRequest, context: CallContext): Ssm.GetParameterResult {
  refuseUnsimulated(Name);
  const found = lookUp(Name, context);
  if (!found) throw new AwsError('ParameterNotFound', '');
  return { Parameter: found };
}

export function getParameters({ Names = [] }: Ssm.GetParametersRequest, context: CallContext): Ssm.GetParametersResult {
  Names.forEach(refuseUnsimulated);
  const found = Names.map(name => [name, lookUp(name, context)] as const);
  return {
    Parameters: found.flatMap(([, parameter]) => parameter ?? []),
    InvalidParameters: found.filter(([, parameter]) => !parameter).map(([name]) => name),
  };
}

export function getParametersByPath(
  input: Ssm.GetParametersByPathRequest,
  context: CallContext,
): Ssm.GetParametersByPathResult {
  const { Path = '/', Recursive = false, MaxResults = 10, NextToken } = input;
  refuseUnsimulated(Path);
  const prefix = Path.endsWith('/') ? Path : `${Path}/`;
  const names = offeredVersions(context.account.now()).flatMap(({ version }) =>
    architectures.flatMap(architecture =>
      ['', ...leaves.map(leaf => `/${leaf}`)].map(
        leaf => `${root}/${version}/amazon-linux-2023/${architecture}/standard/recommended${leaf}`,
      ),
    ),
  );
  const wanted = names.filter(
    name => name.startsWith(prefix) && (Recursive || !name.slice(prefix.length).includes('/')),
  );
  const start = NextToken === undefined ? 0 : Number(NextToken);
  const end = start + MaxResults;
  return {
    Parameters: wanted.slice(start, end).flatMap(name => lookUp(name, context) ?? []),
    NextToken: end < wanted.length ? String(end) : undefined,
  };
}

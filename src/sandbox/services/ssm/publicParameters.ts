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

/** Systems and variants that EKS has images of: `al2023/standard`, `bottlerocket/nvidia`. */
export type AmiSystem = 'al2023' | 'bottlerocket';
const bottlerocketVersion = '1.51.0';

/** The image that EKS recommends: one id per region, version, architecture and variant, the same in every account. */
export function publicAmi(
  region: string,
  version: string,
  architecture: string,
  system: AmiSystem = 'al2023',
  variant = 'standard',
): PublicAmi {
  const patch = offeredVersions(0).find(row => row.version === version)?.patch ?? `${version}.0`;
  const plain = system === 'al2023' && variant === 'standard';
  const kind = plain ? '' : `/${system}/${variant}`;
  const digest = createHash('sha256').update(`${region}/${version}/${architecture}${kind}`).digest('hex');
  const suffix = variant === 'standard' ? '' : `-${variant}`;
  return {
    imageId: `ami-0${digest.slice(0, 16)}`,
    ...(system === 'al2023'
      ? {
          name: `amazon-eks-node-al2023-${architecture}-${variant}-${version}-v${releaseDate}`,
          releaseVersion: `${patch}-${releaseDate}`,
        }
      : {
          name: `bottlerocket-aws-k8s-${version}${suffix}-${architecture}-v${bottlerocketVersion}-6b0d1c5a`,
          releaseVersion: `${bottlerocketVersion}-6b0d1c5a`,
        }),
  };
}

const variants = [
  ['al2023', 'standard', 'x86_64 arm64'],
  ['al2023', 'nvidia', 'x86_64 arm64'],
  ['al2023', 'neuron', 'x86_64'],
  ['bottlerocket', 'standard', 'x86_64 arm64'],
  ['bottlerocket', 'nvidia', 'x86_64 arm64'],
  ['bottlerocket', 'fips', 'x86_64 arm64'],
  ['bottlerocket', 'nvidia-fips', 'x86_64 arm64'],
] as const;

/** EKS's name of an image type → the image: `BOTTLEROCKET_ARM_64_NVIDIA`. */
export function amiOf(region: string, version: string, amiType: string): PublicAmi | undefined {
  const [, system = '', arch = '', variant = ''] = /^(AL2023|BOTTLEROCKET)_(x86_64|ARM_64)_?(\w*)$/.exec(amiType) ?? [];
  const named = variant.toLowerCase().replace('_', '-') || 'standard';
  const architecture = arch === 'ARM_64' ? 'arm64' : 'x86_64';
  const found = variants.find(
    ([os, kind, archs]) => os === system.toLowerCase() && kind === named && archs.split(' ').includes(architecture),
  );
  return found && publicAmi(region, version, architecture, found[0], found[1]);
}

/** Which of EKS's images an id is; undefined for an image of somebody's own. */
export function imageOf(
  region: string,
  imageId: string,
  now: number,
): { system: AmiSystem; version: string } | undefined {
  for (const { version } of offeredVersions(now))
    for (const [system, variant, archs] of variants)
      for (const architecture of archs.split(' '))
        if (publicAmi(region, version, architecture, system, variant).imageId === imageId) return { system, version };
  return undefined;
}

const known =
  /^\/aws\/service\/eks\/optimized-ami\/([^/]+)\/amazon-linux-2023\/([^/]+)\/([a-z]+)\/recommended(?:\/([a-z_]+))?$/;
const bottlerocket =
  /^\/aws\/service\/bottlerocket\/aws-k8s-(\d+\.\d+)(?:-([a-z-]+))?\/(x86_64|arm64)\/([\d.]+|latest)\/(image_id|image_version)$/;

/** `stable` or `latest` → a version of the image that a region's own account has. */
const fluentBit = /^\/aws\/service\/aws-for-fluent-bit\/(stable|latest)$/;

function valueOf(path: string, { account, region }: CallContext): string | undefined {
  if (fluentBit.test(path)) return fluentBitImage(region, '2.34.0');
  const parts = known.exec(path);
  const other = bottlerocket.exec(path);
  // Of AWS's own public parameters these alone are simulated.
  if (!parts && !other && path.startsWith('/aws/')) throw notImplemented(`ssm parameter ${path}`);
  if (other) {
    const [, version = '', variant = 'standard', architecture = '', wanted = '', member] = other;
    const is = variants.some(
      ([os, kind, archs]) => os === 'bottlerocket' && kind === variant && archs.includes(architecture),
    );
    if (!is || !offeredVersion(version, account.now()) || !['latest', bottlerocketVersion].includes(wanted))
      return undefined;
    const { imageId, releaseVersion } = publicAmi(region, version, architecture, 'bottlerocket', variant);
    return member === 'image_id' ? imageId : releaseVersion;
  }
  const [, version = '', architecture = '', variant = '', leaf] = parts ?? [];
  const is = variants.some(
    ([os, kind, archs]) => os === 'al2023' && kind === variant && archs.split(' ').includes(architecture),
  );
  if (!is || !offeredVersion(version, account.now())) return undefined;
  const { imageId, name: image, releaseVersion } = publicAmi(region, version, architecture, 'al2023', variant);
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

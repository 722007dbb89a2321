import { dnsSuffixOf } from '../../spec/regions.ts';

/**
 * Accounts of AWS's own image aws-for-fluent-bit, which every region has in ECR: a VPC without internet pulls it through its own
 * endpoints. Source: AWS's guide to FireLens ("Using the AWS for Fluent Bit image"). Not yet seen running as a bastion on AWS: the image
 * is taken for its shell alone.
 */
const accountOfPartition: Readonly<Record<string, string>> = {
  aws: '906394416424',
  'aws-cn': '128054284489',
  'aws-us-gov': '161423150738',
};
const accountOfRegion: Readonly<Record<string, string>> = {
  'ap-east-1': '449074385750',
  'me-south-1': '741863432321',
};
/** Regions that the guide lists with their partition's account; others have accounts of their own. */
const listedRegions = new Set([
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-east-1',
  'us-gov-west-1',
]);

/** Where AWS itself says which image a region has: for regions that are not in the list. */
export const bastionImageParameter = '/aws/service/aws-for-fluent-bit/stable';

/** Undefined where the region's account is not known: then `bastionImageParameter` says it. */
export function defaultBastionImage(region: string, partition: string): string | undefined {
  const account = accountOfRegion[region] ?? (listedRegions.has(region) ? accountOfPartition[partition] : undefined);
  return account && `${account}.dkr.ecr.${region}.${dnsSuffixOf(region)}/aws-for-fluent-bit:stable`;
}

export interface EcrImage {
  readonly accountId: string;
  readonly region: string;
  readonly repository: string;
}

/** Undefined for an image outside ECR, public.ecr.aws included: such a registry has no VPC endpoint. */
export function ecrImage(image: string): EcrImage | undefined {
  const match =
    /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)\/([^:@]+)(?:[:@].+)?$/.exec(
      image,
    );
  if (!match) return undefined;
  const [, accountId = '', region = '', repository = ''] = match;
  return { accountId, region, repository };
}

/** Undefined for an image outside ECR. */
export function ecrRepositoryArn(image: string, partition: string): string | undefined {
  const found = ecrImage(image);
  return found && `arn:${partition}:ecr:${found.region}:${found.accountId}:repository/${found.repository}`;
}

/** @returns what is wrong with it, for people; undefined when it can stand in a task definition */
export function imageProblem(image: string): string | undefined {
  return /^[a-z0-9][\w./:@-]{0,254}$/i.test(image) ? undefined : `"${image}" is not the name of a container image`;
}

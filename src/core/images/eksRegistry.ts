import { dnsSuffixOf } from '../spec/regions.ts';

/**
 * Accounts whose ECR holds EKS's own images, add-ons' and nodes', in each region. Sources: EKS user guide, "View Amazon container image
 * registries for Amazon EKS add-ons"; awslabs/amazon-eks-ami, its script for the pause image.
 */
const accountOfRegion: Readonly<Record<string, string>> = {
  'af-south-1': '877085696533',
  'ap-east-1': '800184023465',
  'ap-east-2': '533267051163',
  'ap-south-2': '900889452093',
  'ap-southeast-3': '296578399912',
  'ap-southeast-4': '491585149902',
  'ap-southeast-5': '151610086707',
  'ap-southeast-6': '333609536671',
  'ap-southeast-7': '121268973566',
  'ca-west-1': '761377655185',
  'cn-north-1': '918309763551',
  'cn-northwest-1': '961992271922',
  'eu-central-2': '900612956339',
  'eu-south-1': '590381155156',
  'eu-south-2': '455263428931',
  'il-central-1': '066635153087',
  'me-central-1': '759879836304',
  'me-south-1': '558608220178',
  'mx-central-1': '730335286997',
  'us-gov-east-1': '151742754352',
  'us-gov-west-1': '013241004608',
  'us-iso-east-1': '725322719131',
  'us-iso-west-1': '608367168043',
  'us-isob-east-1': '187977181151',
};
/** Regions that every account has share one. */
const shared = '602401143452';
const sharedRegions = new Set([
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
  ...['ca-central-1', 'eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1'],
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
]);

/** `602401143452.dkr.ecr.eu-west-1.amazonaws.com`; undefined for a region that is not in the table. */
export function eksRegistry(region: string): string | undefined {
  const account = accountOfRegion[region] ?? (sharedRegions.has(region) ? shared : undefined);
  return account === undefined ? undefined : ecrHost(account, region);
}

/** An account's own registry in a region. */
export function ecrHost(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.${dnsSuffixOf(region)}`;
}

/** Regions where EKS runs, for completion and "did you mean"; one that is not here but is well formed is let through to AWS. */
export const knownRegions: readonly string[] = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-gov-east-1',
  'us-gov-west-1',
  'us-west-1',
  'us-west-2',
];

const compass = '(?:north|south|east|west|central|northeast|northwest|southeast|southwest)';
export const regionPattern = new RegExp(`^[a-z]{2,4}(?:-[a-z]{2,4})?-${compass}-[1-9]$`);

/** Zones that EKS refuses to put a control plane in (EKS user guide, network requirements). */
export const zonesRefusedByEks: readonly string[] = ['use1-az3', 'usw1-az2', 'cac1-az3'];

/** Regions with fewer than three zones for EKS: us-west-1 has two that a new account sees, and EKS refuses usw1-az2. */
export const regionsWithTwoZones: readonly string[] = ['us-west-1'];

export const zoneIdPattern = /^([a-z]+\d)-az([1-9])$/;

const compassInitials: Readonly<Record<string, string>> = {
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
  central: 'c',
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
  gov: 'g',
};

/** `eu-west-1` → `euw1`, the start of its zone ids. Undefined for regions whose short form is not public (isolated partitions). */
export function zoneIdPrefix(region: string): string | undefined {
  const words = region.split('-');
  const number = words.pop();
  const area = words.shift();
  const initials = words.map(word => compassInitials[word]);
  if (!number || !area || area.length !== 2 || initials.includes(undefined)) return undefined;
  return `${area}${initials.join('')}${number}`;
}

/** Regions that a misspelt one may be meant for: those of its partition. */
export function regionsNear(region: string): string[] {
  const partition = partitionOf(region.toLowerCase());
  return knownRegions.filter(known => partitionOf(known) === partition);
}

/** The partition a region is in; ARNs and service domains differ by it. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('us-iso-')) return 'aws-iso';
  if (region.startsWith('us-isob-')) return 'aws-iso-b';
  if (region.startsWith('eu-isoe-')) return 'aws-iso-e';
  if (region.startsWith('us-isof-')) return 'aws-iso-f';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return 'aws';
}

/** DNS suffixes by the beginning of a region's name, as botocore's partitions.json has them; `amazonaws.com` everywhere else. */
const dnsSuffixes: readonly (readonly [prefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
];

/** The domain below which the services of a region's partition have their names. */
export function dnsSuffixOf(region: string): string {
  return dnsSuffixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
}

import type { Account } from '../../kernel/account.ts';

export interface Zone {
  readonly name: string;
  readonly id: string;
}

/** Region → the prefix of its zone ids, the zones' numbers, and the letters that an account sees. */
const regions: Readonly<Record<string, readonly [prefix: string, numbers: readonly number[], letters: string]>> = {
  'us-east-1': ['use1', [1, 2, 3, 4, 5, 6], 'abcdef'],
  'us-east-2': ['use2', [1, 2, 3], 'abc'],
  'us-west-1': ['usw1', [1, 3], 'ac'],
  'us-west-2': ['usw2', [1, 2, 3, 4], 'abcd'],
  'ca-central-1': ['cac1', [1, 2, 4], 'abd'],
  'sa-east-1': ['sae1', [1, 2, 3], 'abc'],
  'eu-west-1': ['euw1', [1, 2, 3], 'abc'],
  'eu-west-2': ['euw2', [1, 2, 3], 'abc'],
  'eu-west-3': ['euw3', [1, 2, 3], 'abc'],
  'eu-central-1': ['euc1', [1, 2, 3], 'abc'],
  'eu-north-1': ['eun1', [1, 2, 3], 'abc'],
  'ap-northeast-1': ['apne1', [1, 2, 4], 'acd'],
  'ap-northeast-2': ['apne2', [1, 2, 3, 4], 'abcd'],
  'ap-south-1': ['aps1', [1, 2, 3], 'abc'],
  'ap-southeast-1': ['apse1', [1, 2, 3], 'abc'],
  'ap-southeast-2': ['apse2', [1, 2, 3], 'abc'],
};

/** AWS deals the zones behind the letters differently to each account: here the ids are rotated by the account's digits. */
export function zonesOf(account: Account, region: string): readonly Zone[] {
  const [prefix, numbers, letters] = regions[region] ?? [region.replaceAll('-', ''), [1, 2, 3], 'abc'];
  const turn = [...account.accountId].reduce((sum, digit) => sum + Number(digit), 0);
  return [...letters].map((letter, index) => ({
    name: region + letter,
    id: `${prefix}-az${numbers[(index + turn) % numbers.length] ?? 1}`,
  }));
}

/** `ec2.internal` in us-east-1, else `REGION.compute.internal`. */
export const internalDomain = (region: string): string =>
  region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;

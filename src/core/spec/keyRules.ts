import type { Finding } from './finding.ts';
import { partitionOf } from './regions.ts';
import type { SpecFile } from './schema.ts';

/** EKS takes a KMS key of the cluster's own region. */
export function keyRules({ encryption: { key }, region }: SpecFile): Finding[] {
  const [, partition, , keyRegion] = key.split(':');
  if (partition === undefined || (partition === partitionOf(region) && keyRegion === region)) return [];
  const why = `a key of ${keyRegion}${partition === partitionOf(region) ? '' : ` in partition ${partition}`}, while the cluster is in ${region}`;
  const allowed = `the ARN of a key that begins with arn:${partitionOf(region)}:kms:${region}:`;
  return [{ path: ['encryption', 'key'], why, allowed, judgedBy: [['region']] }];
}

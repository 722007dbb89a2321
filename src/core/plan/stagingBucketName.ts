/** One bucket per account and region for templates that are too big to send inline. It is kept after a delete. */
export function stagingBucketName(accountId: string, region: string): string {
  return `private-eks-staging-${accountId}-${region}`;
}

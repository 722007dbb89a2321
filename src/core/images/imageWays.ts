import type { ImageOrigin } from './imageOrigin.ts';

/** How an image gets into a VPC without internet, by where it comes from, for people. */
export const imageWays: Readonly<Record<ImageOrigin, string>> = {
  regional: 'in ECR of this region: nothing to copy',
  'other-region': 'copy: no endpoint leads to another region',
  mirror: 'copy, or pull through ECR',
  copy: 'copy',
};

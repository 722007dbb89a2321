import { ecrImage } from '../tunnel/bastion/bastionImage.ts';
import { imageText, type ImageReference } from './imageReference.ts';

/** A public registry that ECR can stand in front of. */
export interface Upstream {
  /** First part of the repositories in the account's own registry. */
  readonly prefix: string;
  /** ECR's name of it, and the address that the rule takes. */
  readonly name: string;
  readonly url: string;
  /** True where ECR wants credentials in a secret whose name begins with `ecr-pullthroughcache/`. */
  readonly needsSecret: boolean;
}

/** Source: ECR's CreatePullThroughCacheRule; the prefixes are those of its console. */
export const upstreams: Readonly<Record<string, Upstream>> = {
  'public.ecr.aws': { prefix: 'ecr-public', name: 'ecr-public', url: 'public.ecr.aws', needsSecret: false },
  'registry.k8s.io': { prefix: 'kubernetes', name: 'k8s', url: 'registry.k8s.io', needsSecret: false },
  'quay.io': { prefix: 'quay', name: 'quay', url: 'quay.io', needsSecret: false },
  'docker.io': { prefix: 'docker-hub', name: 'docker-hub', url: 'registry-1.docker.io', needsSecret: true },
  'ghcr.io': { prefix: 'github', name: 'github-container-registry', url: 'ghcr.io', needsSecret: true },
  'registry.gitlab.com': {
    prefix: 'gitlab',
    name: 'gitlab-container-registry',
    url: 'registry.gitlab.com',
    needsSecret: true,
  },
};

/**
 * How nodes in a VPC without internet come by an image. `regional`: from ECR in their own region, through the endpoints that the plan
 * has. `other-region`: from ECR, but no endpoint leads to another region. `mirror`: a public registry, which ECR can stand in front of.
 * `copy`: any other registry.
 */
export type ImageOrigin = 'regional' | 'other-region' | 'mirror' | 'copy';

export function originOf(image: ImageReference, region: string): ImageOrigin {
  const ecr = ecrImage(imageText(image));
  if (ecr) return ecr.region === region ? 'regional' : 'other-region';
  return Object.hasOwn(upstreams, image.registry) ? 'mirror' : 'copy';
}

/** Where an image lies in the account's own registry, copied or cached alike. */
export function mirroredRepository({ registry, repository }: ImageReference): string {
  const upstream = Object.hasOwn(upstreams, registry) ? upstreams[registry] : undefined;
  const prefix =
    upstream?.prefix ??
    registry
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
  return `${prefix}/${repository}`;
}

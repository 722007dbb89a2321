import type { Template, TemplateParameter, TemplateResource } from '../templates/template.ts';
import { upstreams } from './imageOrigin.ts';
import type { NeededImage } from './planImages.ts';

/** What has to be known before one relies on the cache. Sources: ECR's guide, "Using pull through cache rules" and "VPC endpoints". */
export const pullThroughCatches: readonly string[] = [
  'The first pull of an image through the cache needs a way to the internet: in a VPC without one it fails. Pull each image once from outside (the copy script does as much), later pulls come from ECR.',
  'The cache asks its upstream for news at most once a day; in a VPC without internet a new image under an old tag never arrives by itself.',
  'Who pulls first needs ecr:BatchImportUpstreamImage and, for a repository that is not there, ecr:CreateRepository; a node’s role does not have the second.',
  'Docker Hub, GitHub and GitLab want credentials: a secret in Secrets Manager of the same account and region, its name beginning with ecr-pullthroughcache/.',
];

/** Rules by which ECR stands in front of the public registries that images come from, as a CloudFormation template. Undefined: none is needed. */
export function pullThroughTemplate(images: readonly NeededImage[]): Template | undefined {
  const registries = [
    ...new Set(images.filter(({ origin }) => origin === 'mirror').map(({ reference }) => reference.registry)),
  ].sort();
  if (registries.length === 0) return undefined;
  const parameters: Record<string, TemplateParameter> = {};
  const resources: Record<string, TemplateResource> = {};
  for (const registry of registries) {
    const upstream = upstreams[registry];
    if (!upstream) continue;
    const id = upstream.prefix.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const secret = `${id}SignInArn`;
    if (upstream.needsSecret)
      parameters[secret] = {
        Type: 'String',
        Description: `Secret with credentials for ${registry}; its name begins with ecr-pullthroughcache/.`,
        AllowedPattern: '^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:ecr-pullthroughcache/.+$',
      };
    resources[`${id}Cache`] = {
      Type: 'AWS::ECR::PullThroughCacheRule',
      Properties: {
        EcrRepositoryPrefix: upstream.prefix,
        UpstreamRegistry: upstream.name,
        UpstreamRegistryUrl: upstream.url,
        ...(upstream.needsSecret ? { CredentialArn: { Ref: secret } } : {}),
      },
    };
  }
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Private EKS: ECR in front of public registries',
    ...(Object.keys(parameters).length > 0 ? { Parameters: parameters } : {}),
    Resources: resources,
  };
}

import type { Feature } from './clusterSpec.ts';
import type { Finding } from './finding.ts';
import type { SpecFile } from './schema.ts';

/** Endpoints that a feature, or `nodes`, brings by itself. */
const broughtBy: Readonly<Record<string, Feature | 'nodes'>> = {
  ec2: 'nodes',
  'ecr.api': 'images',
  'ecr.dkr': 'images',
  s3: 'images',
  'eks-auth': 'podIdentity',
  sts: 'irsa',
  ssm: 'sessionManager',
  ssmmessages: 'sessionManager',
  elasticloadbalancing: 'loadBalancers',
  autoscaling: 'autoscaling',
  logs: 'containerLogs',
  monitoring: 'metrics',
  secretsmanager: 'secrets',
  sqs: 'karpenter',
  elasticfilesystem: 'efs',
  fsx: 'fsx',
  kms: 'kms',
  xray: 'xray',
  'aps-workspaces': 'prometheus',
  route53: 'externalDns',
  eks: 'eksApi',
  'oidc-eks': 'oidcDiscovery',
};

/** Endpoints of the user's own: short names, each once, and none that is there anyway or said to be reached. */
export function endpointRules({ endpoints, features, nodes }: SpecFile): Finding[] {
  const { extra, reachable } = endpoints;
  return [
    ...extra.flatMap((service, index) => serviceRules('extra', service, index, extra)),
    ...reachable.flatMap((service, index) => serviceRules('reachable', service, index, reachable)),
    ...extra.flatMap((service, index): Finding[] => {
      const path = ['endpoints', 'extra', index];
      if (extra.indexOf(service) !== index) return [];
      if (reachable.includes(service)) {
        const why = 'which endpoints.reachable says is reached in another way';
        return [{ path, why, allowed: 'in one list only', judgedBy: [['endpoints', 'reachable']] }];
      }
      const user = broughtBy[service];
      if (
        user === undefined ||
        (user === 'nodes' ? Object.keys(nodes ?? { default: {} }).length === 0 : !features[user])
      )
        return [];
      const why = user === 'nodes' ? 'which every cluster with nodes has' : `which features.${user} brings`;
      return [{ severity: 'warning', path, why, allowed: 'left out' }];
    }),
  ];
}

function serviceRules(list: 'extra' | 'reachable', service: string, index: number, all: readonly string[]): Finding[] {
  const path = ['endpoints', list, index];
  const long = /^(?:cn\.)?com\.amazonaws\.(?:[a-z0-9-]+-\d\.)?(.+)$/.exec(service);
  if (long) return [{ path, why: 'the long name', allowed: `the short one: ${long[1]}` }];
  if (service === 'ecr')
    return [{ path, why: 'which has two endpoints', allowed: 'ecr.api and ecr.dkr, which features.images brings' }];
  return all.indexOf(service) === index
    ? []
    : [{ path, why: 'which is in the list twice', allowed: 'another service' }];
}

import { ecrImage } from './bastionImage.ts';

/** What is known of a VPC, as far as a task without a public address cares. */
export interface NetworkFacts {
  readonly subnets: readonly SubnetFacts[];
  /** Short names of available endpoints with private DNS, gateways included: `ecr.dkr`. */
  readonly endpoints: readonly { readonly service: string; readonly type: string }[];
}

export interface SubnetFacts {
  readonly subnetId: string;
  readonly zone: string;
  readonly freeAddresses: number;
  /** Where 0.0.0.0/0 goes: `internet-gateway` is a dead end for a task without a public address. */
  readonly defaultRoute: 'internet-gateway' | 'elsewhere' | 'none';
  /** Routes to other networks, where endpoints may be that this VPC does not have. */
  readonly reachesOtherNetworks: boolean;
  readonly hasS3Gateway: boolean;
}

export interface Placement {
  /** Where a task can start; empty when there is no such subnet. */
  readonly subnetIds: readonly string[];
  /** Endpoints that are missing, each with what it is needed for; empty when nothing is known to be missing. */
  readonly missing: readonly { readonly service: string; readonly why: string }[];
  /** False where another network could stand in for what is missing: then only trying tells. */
  readonly certain: boolean;
}

/** Chooses subnets for a task without a public address, and says what it would lack in them. */
export function placeBastion(facts: NetworkFacts, image: string): Placement {
  const subnets = facts.subnets.filter(({ freeAddresses }) => freeAddresses > 0);
  const open = subnets.filter(({ defaultRoute }) => defaultRoute === 'elsewhere');
  if (open.length > 0) return { subnetIds: ids(open), missing: [], certain: true };
  const closed = subnets.filter(({ defaultRoute }) => defaultRoute === 'none');
  const candidates = closed.length > 0 ? closed : subnets;
  const withS3 = candidates.filter(({ hasS3Gateway }) => hasS3Gateway);
  const chosen = withS3.length > 0 ? withS3 : candidates;
  const has = (service: string) => facts.endpoints.some(endpoint => endpoint.service === service);
  const hasS3 =
    withS3.length > 0 || facts.endpoints.some(({ service, type }) => service === 's3' && type === 'Interface');
  const missing = [
    ...(has('ssmmessages') ? [] : [{ service: 'ssmmessages', why: 'Session Manager reaches the task through it' }]),
    ...(ecrImage(image)
      ? [
          ...(has('ecr.api') ? [] : [{ service: 'ecr.api', why: 'Fargate signs in to the registry through it' }]),
          ...(has('ecr.dkr') ? [] : [{ service: 'ecr.dkr', why: 'Fargate reads the image’s manifest through it' }]),
          ...(hasS3 ? [] : [{ service: 's3', why: 'the image’s layers lie in S3' }]),
        ]
      : [{ service: 'internet', why: `the registry of ${image} has no endpoint in a VPC` }]),
  ];
  return { subnetIds: ids(chosen), missing, certain: !chosen.some(({ reachesOtherNetworks }) => reachesOtherNetworks) };
}

/** What is missing, in words; undefined when nothing is. */
export function missingText({ missing }: Placement): string | undefined {
  if (missing.length === 0) return undefined;
  return missing
    .map(({ service, why }) =>
      service === 'internet' ? `a way to the internet (${why})` : `endpoint ${service} (${why})`,
    )
    .join(', ');
}

/** How to mend it, in one sentence. */
export function missingFix({ missing }: Placement): string {
  const endpoints = missing.filter(({ service }) => service !== 'internet').map(({ service }) => service);
  const image = missing.some(({ service }) => service === 'internet');
  return [
    ...(endpoints.length > 0
      ? [
          `Add ${endpoints.length === 1 ? 'endpoint' : 'endpoints'} ${endpoints.join(', ')} to the VPC, with 443 open to it.`,
        ]
      : []),
    ...(image ? ['Choose an image in ECR: it is pulled through the VPC’s own endpoints.'] : []),
  ].join(' ');
}

function ids(subnets: readonly SubnetFacts[]): string[] {
  return subnets.map(({ subnetId }) => subnetId).sort();
}

import { contains, parseCidr } from '../spec/cidr.ts';
import { boundaryChecks, identityChecks } from './nodeChecks.ts';
import type { FailureCause } from './runEvent.ts';
import type { EndpointFacts, NodeFacts, SubnetFacts } from './nodeFacts.ts';

export interface NodeFinding {
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  readonly specPath?: string;
  readonly evidence: readonly string[];
}

/** In the order in which a node needs them: the first that is wrong is the first cause. */
const checks: readonly ((facts: NodeFacts) => NodeFinding | undefined)[] = [
  ...identityChecks.map(withMore),
  vpcDns,
  endpointGroup,
  registration,
  images,
  networkPlugin,
  rolePolicies,
  ...boundaryChecks.map(withMore),
];

function withMore(check: (typeof identityChecks)[number]) {
  return (facts: NodeFacts) => facts.more && check(facts.more, facts);
}

/** Names why the nodes did not join, with the evidence; the cause as it was where nothing of this is wrong. */
export function refineNodeCause(cause: FailureCause, facts: NodeFacts): FailureCause {
  const findings = checks.map(check => check(facts)).filter(finding => finding !== undefined);
  const [first] = findings;
  const unseen = (facts.more?.unknown ?? []).map(look => `not looked at: ${look}`);
  if (!first)
    return {
      ...cause,
      evidence: [
        ...cause.evidence,
        `endpoints, their security group, the node role and the add-ons of ${facts.vpc.id} look right`,
        ...unseen,
      ],
    };
  const { evidence: _, ...named } = first;
  const specPath = named.specPath?.replace('{group}', facts.nodeGroup);
  return {
    ...cause,
    ...named,
    ...(specPath === undefined ? {} : { specPath }),
    evidence: [...findings.flatMap(finding => finding.evidence), ...cause.evidence, ...unseen],
  };
}

function vpcDns({ vpc }: NodeFacts): NodeFinding | undefined {
  if (vpc.dnsSupport && vpc.dnsHostnames) return undefined;
  return {
    code: 'vpc-without-dns',
    what: 'The nodes cannot find any AWS service: the VPC’s own DNS is off.',
    why: 'Private names of the endpoints and of the Kubernetes API need enableDnsSupport and enableDnsHostnames.',
    fix: 'Switch both on in the VPC, then retry.',
    evidence: [`${vpc.id} enableDnsSupport=${vpc.dnsSupport} enableDnsHostnames=${vpc.dnsHostnames}`],
  };
}

function endpointGroup(facts: NodeFacts): NodeFinding | undefined {
  const closed = privateEndpoints(facts).filter(endpoint => !admitsNodes(endpoint, facts));
  if (closed.length === 0) return undefined;
  return {
    code: 'endpoint-group-without-443',
    what: 'The nodes cannot use the VPC endpoints: their security group does not let HTTPS in.',
    why: 'Each endpoint is a network interface; what its group does not admit on port 443 is dropped without an answer.',
    fix: 'Admit port 443 from the VPC’s range in the endpoints’ security group, then retry.',
    evidence: closed.map(({ id, service, groups }) => {
      const names = groups.map(group => group.id).join(', ') || 'no security group';
      return `${id} ${service}: ${names} admits no 443 from ${facts.subnets.map(subnet => subnet.cidr).join(', ')}`;
    }),
  };
}

function registration(facts: NodeFacts): NodeFinding | undefined {
  const evidence = missing(facts, 'ec2');
  if (evidence.length === 0) return undefined;
  return {
    code: 'nodes-cannot-reach-ec2',
    what: 'The nodes cannot reach EC2’s API, so none of them registers.',
    why: 'A booting node asks ec2:DescribeInstances for its private name and waits until it gets an answer.',
    fix: 'Add the interface endpoint ec2 with private DNS, then retry.',
    evidence,
  };
}

function images(facts: NodeFacts): NodeFinding | undefined {
  const evidence = [...missing(facts, 'ecr.api'), ...missing(facts, 'ecr.dkr'), ...missingS3(facts)];
  if (evidence.length === 0) return undefined;
  return {
    code: 'nodes-cannot-pull-images',
    what: 'The nodes register but cannot pull the images of the network plug-in, so they stay NotReady.',
    why: 'Images come from ECR: ecr.api signs in, ecr.dkr gives the manifests, and S3 the layers.',
    fix: 'Switch features.images on: it adds ecr.api, ecr.dkr and the free S3 gateway on every route table. Then retry.',
    specPath: 'features.images',
    evidence,
  };
}

function networkPlugin({ addons, cluster }: NodeFacts): NodeFinding | undefined {
  if (addons.includes('vpc-cni')) return undefined;
  return {
    code: 'nodes-without-cni',
    what: 'The nodes register but stay NotReady: the cluster has no network plug-in.',
    why: 'Without the add-on vpc-cni a node’s container network is never initialized.',
    fix: 'Install the add-on vpc-cni before the nodes, then retry.',
    evidence: [`add-ons of ${cluster}: ${addons.join(', ') || 'none'}`],
  };
}

function rolePolicies({ nodePolicies, nodeRole }: NodeFacts): NodeFinding | undefined {
  if (!nodePolicies) return undefined;
  const pull = ['AmazonEC2ContainerRegistryPullOnly', 'AmazonEC2ContainerRegistryReadOnly'];
  const lacking = [
    ...(nodePolicies.includes('AmazonEKSWorkerNodePolicy') ? [] : ['AmazonEKSWorkerNodePolicy']),
    ...(pull.some(policy => nodePolicies.includes(policy)) ? [] : ['AmazonEC2ContainerRegistryPullOnly']),
  ];
  if (lacking.length === 0) return undefined;
  return {
    code: 'node-role-lacks-policy',
    what: `The node role lacks ${lacking.join(' and ')}.`,
    why: 'Without it a node may not describe itself, or not pull images.',
    fix: 'Attach the policy to the node role, then retry.',
    evidence: [`${nodeRole}: ${nodePolicies.join(', ') || 'no managed policy'}`],
  };
}

/** Evidence that an interface endpoint is not there, or does not answer under the service's name. */
function missing(facts: NodeFacts, service: string): string[] {
  if (facts.subnets.every(subnet => subnet.defaultRoute)) return [];
  const found = facts.endpoints.filter(endpoint => endpoint.service === service && endpoint.type === 'Interface');
  if (found.length === 0) return [`com.amazonaws.${facts.region}.${service}: not found in ${facts.vpc.id}`];
  if (found.some(endpoint => endpoint.state.toLowerCase() === 'available' && endpoint.privateDns)) return [];
  return found.map(
    ({ id, state, privateDns }) => `${id} ${service}: ${state}, private DNS ${privateDns ? 'on' : 'off'}`,
  );
}

function missingS3(facts: NodeFacts): string[] {
  const gateways = facts.endpoints.filter(({ service, type }) => service === 's3' && type === 'Gateway');
  const without = facts.subnets.filter(
    subnet => !subnet.defaultRoute && !gateways.some(gateway => gateway.routeTableIds.includes(subnet.routeTableId)),
  );
  if (gateways.length === 0 && without.length > 0) return [`s3 gateway: not found in ${facts.vpc.id}`];
  return without.map(subnet => `s3 gateway: not on ${subnet.routeTableId} of ${subnet.id}`);
}

function privateEndpoints({ endpoints }: NodeFacts): EndpointFacts[] {
  const needed = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'eks-auth'];
  return endpoints.filter(({ type, service }) => type === 'Interface' && needed.includes(service));
}

function admitsNodes(endpoint: EndpointFacts, facts: NodeFacts): boolean {
  const admitted = endpoint.groups.map(group => group.admits443);
  if (admitted.some(({ groups }) => groups.includes(facts.nodeSecurityGroup))) return true;
  const ranges = admitted.flatMap(({ cidrs }) => cidrs);
  return facts.subnets.every(subnet => ranges.some(range => covers(range, subnet)));
}

function covers(range: string, { cidr }: SubnetFacts): boolean {
  const outer = parseCidr(range);
  const inner = parseCidr(cidr);
  return outer !== undefined && inner !== undefined && contains(outer, inner);
}

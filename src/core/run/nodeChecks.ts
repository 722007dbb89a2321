import { thenRetry } from './fixText.ts';
import { healthHelp } from './healthCodes.ts';
import { readConsole } from './nodeConsole.ts';
import { failureRules } from './failureRules.ts';
import type { NodeFinding } from './nodeCause.ts';
import type { MoreNodeFacts, NodeFacts } from './nodeFacts.ts';

type Check = (more: MoreNodeFacts, facts: NodeFacts) => NodeFinding | undefined;

/** Before the network is asked: what keeps instances from being there, and nodes from knowing whom to join and as whom. */
export const identityChecks: readonly Check[] = [
  launches,
  noInstances,
  role,
  accessEntry,
  instanceProfile,
  userData,
  metadata,
];
/** After it: what is subtler than a missing endpoint, and at last what the nodes say themselves. */
export const boundaryChecks: readonly Check[] = [networkRules, endpointPolicies, consoles, healthIssues];

function launches({ activities = [] }: MoreNodeFacts): NodeFinding | undefined {
  const failed = activities.filter(({ status }) => status === 'Failed');
  const [first] = failed;
  // An instance that was launched since means that the failure is over.
  if (!first || activities.some(({ status, at }) => status === 'Successful' && at > first.at)) return undefined;
  const rule = failureRules.find(({ message, general }) => !general && message.test(first.message));
  const told = {
    code: rule?.code ?? 'instances-not-launched',
    what: rule?.what.replace('{message}', first.message) ?? `Auto Scaling cannot launch the nodes: ${first.message}`,
    why: rule?.why.replace('{message}', first.message) ?? 'The group stays empty until a launch succeeds.',
    fix: rule?.fix ?? 'Put right what AWS’s words name, then retry.',
    evidence: failed.slice(0, 3).map(({ group, message }) => `${group}: ${message}`),
  };
  return rule?.specPath === undefined ? told : { ...told, specPath: rule.specPath };
}

function noInstances({ instances, activities, kind }: MoreNodeFacts): NodeFinding | undefined {
  if (!instances || instances.length > 0 || !activities || kind === undefined) return undefined;
  return {
    code: 'no-instances',
    what: 'The group has no instance at all.',
    why: 'Auto Scaling has launched none, or somebody, or spot’s end, has terminated them.',
    fix: 'Look at the group’s sizes and its activity in the EC2 console, then retry.',
    evidence: ['no instance carries the tag aws:autoscaling:groupName of the group'],
  };
}

function role({ role: found, unknown: _ }: MoreNodeFacts, { nodeRole }: NodeFacts): NodeFinding | undefined {
  if (!found) return undefined;
  if (!found.exists)
    return {
      code: 'node-role-missing',
      what: 'The node role is gone.',
      why: 'Without it the nodes have no credentials: they cannot ask EC2 for their name, sign in to the cluster or pull images.',
      fix: 'Retry makes the stack of permissions whole again; a role of your own has to be made again by hand, and its access entry, too.',
      evidence: [`${nodeRole}: does not exist`],
    };
  if (found.trust !== undefined && !/ec2\.amazonaws\.com/.test(found.trust))
    return {
      code: 'node-role-trust',
      what: 'EC2 may not take the node role.',
      why: 'The role has to trust ec2.amazonaws.com for sts:AssumeRole.',
      fix: 'Correct the role’s trust policy, then retry.',
      evidence: [`${nodeRole}: its trust policy does not name ec2.amazonaws.com`],
    };
  return undefined;
}

function accessEntry({ accessEntry: type, kind }: MoreNodeFacts, { nodeRole }: NodeFacts): NodeFinding | undefined {
  if (type === undefined || /^(EC2_LINUX|EC2_WINDOWS|EC2|HYBRID_LINUX)$/.test(type)) return undefined;
  const missing = type === 'missing';
  return {
    code: missing ? 'node-access-entry-missing' : 'node-access-entry-type',
    what: missing
      ? 'The cluster does not know the node role: it has no access entry.'
      : `The node role’s access entry is of type ${type}, which gives no rights of a node.`,
    why:
      kind === 'managed'
        ? 'EKS makes the entry of a managed group; somebody has removed or changed it.'
        : 'A self-managed group needs an access entry of type EC2_LINUX.',
    fix: `${missing ? 'Make' : 'Delete the entry and make'} one: aws eks create-access-entry --type EC2_LINUX --principal-arn ${nodeRole}. Then retry.`,
    evidence: [`access entry of ${nodeRole}: ${missing ? 'not there' : `type ${type}`}`],
  };
}

function instanceProfile({ instances = [] }: MoreNodeFacts): NodeFinding | undefined {
  const without = instances.filter(({ profile, state }) => profile === undefined && state === 'running');
  if (without.length === 0) return undefined;
  return {
    code: 'no-instance-credentials',
    what: 'The nodes have no instance profile, so no credentials.',
    why: 'The node role reaches an instance by its profile alone.',
    fix: 'Name the instance profile in the launch template, then replace the instances.',
    evidence: without.map(({ id }) => `${id}: no instance profile`),
  };
}

function userData({ userData: told, clusterFacts: is, kind, amiType }: MoreNodeFacts, facts: NodeFacts) {
  if (!told || !is) return undefined;
  const own = kind === 'self-managed' || amiType === 'CUSTOM';
  const wrong: string[] = [];
  const compare = (what: string, said: string | undefined, wanted: string, shown = true) => {
    if (said === undefined) {
      if (own && told.format !== 'other') wrong.push(`${what} is not in the user data`);
    } else if (said !== wanted)
      wrong.push(shown ? `${what} is ${said}, the cluster’s is ${wanted}` : `${what} is not the cluster’s`);
  };
  compare('cluster name', told.cluster, facts.cluster);
  compare('API server', told.apiServer, is.endpoint);
  compare('certificate authority', told.certificateAuthority, is.certificateAuthority, false);
  if (told.format !== 'bottlerocket') compare('service range', told.serviceCidr, is.serviceCidr);
  if (wrong.length === 0) return undefined;
  return {
    code: 'wrong-user-data',
    what: 'The nodes are told to join another cluster than this one, or not told enough.',
    why: 'User data names the cluster, its endpoint, its certificate authority and its service range; a cluster that is made anew has others.',
    fix: 'Take them from the cluster as it is (retry does, for groups of this spec), then replace the instances.',
    evidence: wrong,
  };
}

function metadata({ instances = [] }: MoreNodeFacts): NodeFinding | undefined {
  const off = instances.filter(item => item.metadata.endpoint === 'disabled');
  if (off.length === 0) return undefined;
  return {
    code: 'metadata-unreachable',
    what: 'The nodes’ metadata service (IMDS) is switched off.',
    why: 'User data, the instance’s identity and the node role’s credentials all come from there.',
    fix: 'Switch it on in the launch template, with tokens required and hop limit 1, then replace the instances.',
    evidence: off.map(({ id }) => `${id}: HttpEndpoint disabled`),
  };
}

function networkRules({ network = [] }: MoreNodeFacts): NodeFinding | undefined {
  const [first] = network;
  if (!first) return undefined;
  return {
    code: first.code,
    what: 'A network ACL keeps the nodes from what they need.',
    why: 'Network ACLs know no connections: requests on 443 have to pass one way and their answers on ports above 1023 the other.',
    fix: thenRetry(first.fix),
    evidence: network.map(({ evidence }) => evidence),
  };
}

function endpointPolicies({ blockedByPolicy = [] }: MoreNodeFacts): NodeFinding | undefined {
  if (blockedByPolicy.length === 0) return undefined;
  return {
    code: 'endpoint-policy-blocks',
    what: `The policy of ${blockedByPolicy.length === 1 ? 'an endpoint' : 'endpoints'} refuses what nodes have to do.`,
    why: 'Image layers come from a bucket of AWS’s own account: a policy that allows only one’s own organization or account shuts them out.',
    fix: 'Let the policy allow what is named; for S3 that is s3:GetObject on arn:aws:s3:::prod-REGION-starport-layer-bucket/*. Then retry.',
    specPath: 'endpoints.policy',
    evidence: blockedByPolicy.map(({ id, service, reason }) => `${id} ${service}: ${reason}`),
  };
}

function consoles({ console = [] }: MoreNodeFacts): NodeFinding | undefined {
  const read = console.flatMap(({ instanceId, text }) => {
    const found = readConsole(text);
    return found ? [{ instanceId, ...found }] : [];
  });
  const [first] = read;
  if (!first) return undefined;
  const { code, what, why, fix } = first.rule;
  return { code, what, why, fix, evidence: read.map(({ instanceId, line }) => `${instanceId} console: ${line}`) };
}

function healthIssues({ issues = [] }: MoreNodeFacts): NodeFinding | undefined {
  // That the nodes did not join is what is to be explained.
  const issue = issues.find(({ code }) => code !== 'NodeCreationFailure');
  const known = issue && healthHelp('nodegroup', issue.code);
  if (!known) return undefined;
  return {
    code: `nodegroup-${issue.code.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}`,
    what: `EKS reports of the node group: ${known.what}.`,
    why: issue.message,
    fix: thenRetry(known.fix),
    evidence: issues.map(({ code, message, resourceIds }) => `${code}: ${message} [${resourceIds.join(', ')}]`),
    ...(known.specPath === undefined ? {} : { specPath: known.specPath }),
  };
}

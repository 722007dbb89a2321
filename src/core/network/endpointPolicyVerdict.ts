import { partitionOf } from '../spec/regions.ts';
import { layerBucket, packageBuckets } from './endpointPolicy.ts';

/** What nodes or pods do first by a service: the probe of its endpoint's policy. */
const firstAction: Readonly<Record<string, string>> = {
  ec2: 'ec2:DescribeInstances',
  'ecr.api': 'ecr:GetAuthorizationToken',
  'ecr.dkr': 'ecr:BatchGetImage',
  'eks-auth': 'eks-auth:AssumeRoleForPodIdentity',
  sts: 'sts:AssumeRoleWithWebIdentity',
  ssm: 'ssm:UpdateInstanceInformation',
  ssmmessages: 'ssmmessages:CreateControlChannel',
  eks: 'eks:DescribeCluster',
  sqs: 'sqs:ReceiveMessage',
  elasticloadbalancing: 'elasticloadbalancing:DescribeLoadBalancers',
  autoscaling: 'autoscaling:DescribeAutoScalingGroups',
  logs: 'logs:PutLogEvents',
  monitoring: 'cloudwatch:PutMetricData',
  secretsmanager: 'secretsmanager:GetSecretValue',
  kms: 'kms:Decrypt',
  elasticfilesystem: 'elasticfilesystem:DescribeAccessPoints',
  fsx: 'fsx:DescribeFileSystems',
  xray: 'xray:PutTraceSegments',
  'aps-workspaces': 'aps:RemoteWrite',
  route53: 'route53:ChangeResourceRecordSets',
};

export interface PolicyVerdict {
  readonly verdict: 'passes' | 'blocks' | 'unknown';
  readonly action: string;
  /** ARN of what is read, where it matters. */
  readonly resource?: string;
  readonly reason: string;
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** Whether an endpoint's policy lets the cluster's first calls pass; of several the worst. Only what the policy itself says is judged. */
export function endpointPolicyVerdict(
  service: string,
  policy: string | undefined,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): PolicyVerdict {
  const action = firstAction[service] ?? (service === 's3' ? 's3:GetObject' : `${service}:*`);
  const bucket = (name: string) => `arn:${partitionOf(region)}:s3:::${name}/object`;
  const resources =
    service === 's3' ? [bucket(layerBucket(region)), bucket(packageBuckets(region).replace('*', 'de612dc2'))] : [];
  if (policy === undefined) return { verdict: 'passes', action, reason: 'the service’s default' };
  const statements = readStatements(policy);
  if (!statements) return { verdict: 'unknown', action, reason: 'it cannot be read' };
  const verdicts = (resources.length > 0 ? resources : [undefined]).map((resource): PolicyVerdict => ({
    ...judge(statements, { action, resource, accountId }),
    action,
    ...(resource === undefined ? {} : { resource: resource.replace(/object$/, '*') }),
  }));
  const rank = { blocks: 0, unknown: 1, passes: 2 };
  return verdicts.sort((a, b) => rank[a.verdict] - rank[b.verdict])[0] as PolicyVerdict;
}

interface Question {
  readonly action: string;
  readonly resource: string | undefined;
  readonly accountId: string;
}

function judge(statements: readonly Statement[], question: Question): Pick<PolicyVerdict, 'verdict' | 'reason'> {
  const { action, resource } = question;
  const about = statements.filter(
    statement => matchesAction(statement, action) && matchesResource(statement, resource),
  );
  const answers = (effect: 'Allow' | 'Deny') =>
    about.filter(({ Effect }) => Effect === effect).map(statement => applies(statement, { ...question, effect }));
  const denies = answers('Deny');
  const allows = answers('Allow');
  if (denies.includes('yes')) return { verdict: 'blocks', reason: 'a statement denies it' };
  if (!allows.includes('yes') && !allows.includes('maybe'))
    return { verdict: 'blocks', reason: 'no statement allows it' };
  if (denies.includes('maybe')) return { verdict: 'unknown', reason: 'a statement denies it under a condition' };
  if (allows.includes('yes')) return { verdict: 'passes', reason: 'a statement allows it' };
  return { verdict: 'unknown', reason: 'it is allowed under a condition, or to some principals only' };
}

const identityKeys = /^aws:(principal|resource)(account|orgid|orgpaths)$/i;
/** Whoever changes a token for credentials is nobody yet: no condition on principals holds. */
const anonymousAction = 'sts:AssumeRoleWithWebIdentity';

/** Whether a statement's principal and conditions are met; `maybe` where that is not to be seen in the policy. */
function applies(
  { Principal, Condition }: Statement,
  { action, resource, accountId, effect }: Question & { readonly effect: 'Allow' | 'Deny' },
): 'yes' | 'no' | 'maybe' {
  const answers = conditionTests(Condition).map(({ operator, key, values }) => {
    const foreign = resource !== undefined || (action === anonymousAction && /^aws:principal/i.test(key));
    // "Not of my organisation" is true of AWS's buckets and of nobody, "of my organisation" is not.
    if (foreign && identityKeys.test(key)) return /Not/.test(operator) ? 'yes' : 'no';
    const own = /^aws:(principal|resource)account$/i.test(key) && values.includes(accountId);
    return own && effect === 'Allow' && /^String(Equals|Like)/.test(operator) ? 'yes' : 'maybe';
  });
  if (answers.includes('no')) return 'no';
  return answers.includes('maybe') || !isEverybody(Principal, accountId) ? 'maybe' : 'yes';
}

function isEverybody(principal: unknown, accountId: string): boolean {
  const list = listOf(
    typeof principal === 'object' && principal !== null && 'AWS' in principal ? principal.AWS : principal,
  );
  return list.some(item => item === '*' || item === accountId || item.endsWith(`::${accountId}:root`));
}

function conditionTests(condition: unknown): { operator: string; key: string; values: string[] }[] {
  if (typeof condition !== 'object' || condition === null) return [];
  return Object.entries(condition).flatMap(([operator, tests]: [string, unknown]) =>
    typeof tests === 'object' && tests !== null
      ? Object.entries(tests).map(([key, values]: [string, unknown]) => ({ operator, key, values: listOf(values) }))
      : [],
  );
}

const matchesAction = ({ Action, NotAction }: Statement, action: string): boolean =>
  NotAction === undefined
    ? listOf(Action).some(pattern => like(pattern, action, 'i'))
    : !listOf(NotAction).some(pattern => like(pattern, action, 'i'));

/** A call without a resource of its own meets any; a resource that is not `*` may leave it out. */
function matchesResource({ Resource, NotResource }: Statement, resource: string | undefined): boolean {
  if (resource === undefined) return true;
  return NotResource === undefined
    ? listOf(Resource).some(pattern => like(pattern, resource))
    : !listOf(NotResource).some(pattern => like(pattern, resource));
}

function like(pattern: string, text: string, flags = ''): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string');

function readStatements(policy: string): Statement[] | undefined {
  try {
    const document: unknown = JSON.parse(policy);
    if (typeof document !== 'object' || document === null || !('Statement' in document)) return undefined;
    const { Statement: found } = document;
    return (Array.isArray(found) ? found : [found]) as Statement[];
  } catch {
    return undefined;
  }
}

import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { rows } from './rows.ts';

const malformed = (message: string) => new AwsError('MalformedPolicyDocument', message);
const list = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat());
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const only = (value: Record<string, unknown>, members: string): boolean =>
  Object.keys(value).every(key => members.split(' ').includes(key));

type Statement = Readonly<Record<string, unknown>>;

/** The grammar that both kinds of policy share; AWS tells no more than that it is broken. */
function statementsOf(text: string, broken: string): Statement[] {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformed(broken);
  }
  const isSound = (item: unknown): item is Statement =>
    isObject(item) &&
    only(item, 'Sid Effect Action NotAction Resource NotResource Principal NotPrincipal Condition') &&
    (item['Effect'] === 'Allow' || item['Effect'] === 'Deny') &&
    (item['Action'] === undefined) !== (item['NotAction'] === undefined) &&
    ['Action', 'NotAction', 'Resource', 'NotResource'].every(key =>
      list(item[key]).every(one => typeof one === 'string'),
    );
  if (!isObject(policy) || !only(policy, 'Version Id Statement')) throw malformed(broken);
  const { Version = '2012-10-17', Statement } = policy;
  const statements = list(Statement);
  const sound =
    (Version === '2012-10-17' || Version === '2008-10-17') && statements.length > 0 && statements.every(isSound);
  if (!sound) throw malformed(broken);
  return statements;
}

/** A policy about what its holder may do. */
export function checkIdentityPolicy(text: string): void {
  const statements = statementsOf(text, 'Syntax errors in policy.');
  for (const item of statements) {
    const resources = list(item['Resource'] ?? item['NotResource']).map(String);
    if (item['Principal'] !== undefined) throw malformed('Policy document should not specify a principal.');
    if (resources.length === 0) throw malformed('Policy statement must contain resources.');
    for (const action of list(item['Action'] ?? item['NotAction']).map(String))
      if (!/^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/.test(action))
        throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    const bare = resources.find(resource => !/^(\*|arn:[^:]+:[^:]*:[^:]*:[^:]*:.)/.test(resource));
    if (bare !== undefined) throw malformed(`Resource ${bare} must be in ARN format or "*".`);
  }
  const ids = statements.flatMap(item => list(item['Sid']));
  if (new Set(ids).size < ids.length) throw malformed('Statement IDs (SID) in a single policy must be unique.');
}

/** A policy about who may take a role. */
export function checkTrustPolicy(text: string, context: CallContext): void {
  for (const item of statementsOf(text, 'This policy contains invalid Json')) {
    const { Principal, Resource = item['NotResource'] } = item;
    if (Resource !== undefined) throw malformed('Has prohibited field Resource');
    if (Principal === undefined) throw malformed('Missing required field Principal');
    if (!list(item['Action']).every(action => /^(\*|sts:[\w*]+)$/i.test(String(action))))
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    for (const [kind, who] of Object.entries(isObject(Principal) ? Principal : { AWS: Principal }))
      for (const principal of list(who).map(String))
        if (!exists(kind, principal, context))
          throw malformed(`Invalid principal in policy: "${kind.toUpperCase()}":"${principal}"`);
  }
}

/** Roles of this account are looked up; principals elsewhere only have to look like principals. */
function exists(kind: string, principal: string, context: CallContext): boolean {
  if (kind === 'Service') return /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|aws\.internal)$/.test(principal);
  if (kind === 'Federated') return /^(arn:|[a-z0-9.-]+$)/.test(principal);
  if (kind !== 'AWS') return kind === 'CanonicalUser';
  if (principal.startsWith(`arn:${context.account.partition}:iam::${context.account.accountId}:role/`))
    return rows(context, 'roles').find(row => row.Arn === principal) !== undefined;
  return /^(\*|\d{12}|arn:aws[\w-]*:(iam|sts)::\d{12}:.+)$/.test(principal);
}

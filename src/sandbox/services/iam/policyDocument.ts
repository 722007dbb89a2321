import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { rows } from './rows.ts';

const malformed = (message: string) => new AwsError('MalformedPolicyDocument', message);
const list = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat());

interface Statement {
  readonly Sid?: unknown;
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}
const statementMembers = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The grammar that both kinds of policy share; AWS tells no more than that it is broken. */
function statementsOf(text: string, broken: string): Statement[] {
  const policy = parse(text);
  if (!isObject(policy)) throw malformed(broken);
  const statements = list(policy['Statement']).map(item => item as Statement);
  const strings = (value: unknown) => list(value).every(item => typeof item === 'string');
  const sound = statements.every(
    item =>
      isObject(item) &&
      Object.keys(item).every(key => statementMembers.includes(key)) &&
      (item.Effect === 'Allow' || item.Effect === 'Deny') &&
      [item.Action, item.NotAction, item.Resource, item.NotResource].every(strings) &&
      (item.Action === undefined) !== (item.NotAction === undefined) &&
      (item.Condition === undefined || isObject(item.Condition)),
  );
  const version = policy['Version'];
  const members = Object.keys(policy).every(key => ['Version', 'Id', 'Statement'].includes(key));
  if (
    !sound ||
    !members ||
    statements.length === 0 ||
    (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17')
  )
    throw malformed(broken);
  return statements;
}

const actionPattern = /^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/;

/** A policy about what its holder may do. */
export function checkIdentityPolicy(text: string): void {
  const statements = statementsOf(text, 'Syntax errors in policy.');
  if (statements.some(item => item.Principal !== undefined))
    throw malformed('Policy document should not specify a principal.');
  for (const item of statements) {
    if ((item.Resource === undefined) === (item.NotResource === undefined))
      throw malformed('Policy statement must contain resources.');
    for (const action of list(item.Action ?? item.NotAction).map(String))
      if (!actionPattern.test(action))
        throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    for (const resource of list(item.Resource ?? item.NotResource).map(String))
      if (resource !== '*' && !/^arn:[^:]+:[^:]*:[^:]*:[^:]*:./.test(resource) && !resource.startsWith('*'))
        throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  }
  const ids = statements.flatMap(item => list(item.Sid));
  if (new Set(ids).size < ids.length) throw malformed('Statement IDs (SID) in a single policy must be unique.');
}

/** A policy about who may take a role. */
export function checkTrustPolicy(text: string, context: CallContext): void {
  const statements = statementsOf(text, 'This policy contains invalid Json');
  for (const item of statements) {
    if (item.Resource !== undefined || item.NotResource !== undefined) throw malformed('Has prohibited field Resource');
    if (item.Principal === undefined) throw malformed('Missing required field Principal');
    for (const action of list(item.Action).map(String))
      if (!/^(\*|sts:[\w*]+)$/i.test(action))
        throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    if (item.Principal === '*') continue;
    if (!isObject(item.Principal)) throw malformed('Invalid principal in policy.');
    for (const [kind, who] of Object.entries(item.Principal))
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
  const [, account, role] = /^arn:aws[\w-]*:iam::(\d{12}):role\/(.+)$/.exec(principal) ?? [];
  if (role !== undefined && account === context.account.accountId)
    return rows(context, 'roles').find(row => row.Arn === principal) !== undefined;
  return /^(\*|\d{12}|arn:aws[\w-]*:(iam|sts)::\d{12}:.+)$/.test(principal);
}

import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { evaluate, type Evaluation } from './evaluation.ts';
import type { ContextKeys } from './policy.ts';
import { everything, grantedTo, principalKeys } from './principalPolicies.ts';
import type { Asked } from './access/asked.ts';
import { requestedAccess } from './access/requestedAccess.ts';
import { serviceControlPolicies } from './serviceControlPolicies.ts';

/**
 * Holds a call to its caller's identity policies. `via` names the service that calls with the caller's leave.
 * @throws AwsError as the service refuses
 */
export function authorize(context: CallContext, service: string, operation: string, input: object, via?: string): void {
  const { account, principal } = context;
  if (grantedTo(principal, account) === everything && !organizationOf(context)) return;
  const plain = (): readonly Asked[] => [{ action: `${service}:${operation}`, resource: '*' }];
  const asked = requestedAccess[service]?.[operation]?.(input, context) ?? plain();
  const refused = refusal(context, asked, via);
  if (refused) throw denial(service, principal.arn, refused.asked, refused.evaluation);
}

/** Services act by leave of their own, and no organization's policy holds them. */
const organizationOf = ({ account, principal }: CallContext) =>
  principal.arn.endsWith('.amazonaws.com') ? undefined : serviceControlPolicies(account);

/** `policy` names the kind that decided, in AWS's words; absent: one of the principal's own. */
type Refused = Evaluation & { readonly policy?: string };

/** The first of the leaves asked for that is not given. */
export function refusal(
  context: CallContext,
  asked: readonly Asked[],
  via?: string,
): { readonly asked: Asked; readonly evaluation: Refused } | undefined {
  const { account, principal, region } = context;
  const organization = organizationOf(context);
  const granted = grantedTo(principal, account);
  const now = account.realNow();
  const common: ContextKeys = {
    ...principalKeys(principal, account),
    'aws:requestedregion': [region],
    'aws:sourceip': ['127.0.0.1'],
    // What would be so on AWS.
    'aws:securetransport': ['true'],
    'aws:viaawsservice': [String(via !== undefined)],
    'aws:currenttime': [new Date(now).toISOString()],
    'aws:epochtime': [String(Math.floor(now / 1000))],
    ...(via === undefined ? {} : { 'aws:calledvia': [via], 'aws:calledviafirst': [via], 'aws:calledvialast': [via] }),
  };
  for (const one of asked) {
    const { action, resource } = one;
    const request = { action, resource, keys: { ...common, ...one.keys } };
    const forbidden = organization && evaluate(organization, request);
    if (forbidden && forbidden.decision !== 'allow')
      return { asked: one, evaluation: { ...forbidden, policy: 'a service control policy' } };
    const evaluation = evaluate(granted.policies, request);
    if (evaluation.decision === 'allow') continue;
    if (evaluation.decision === 'implicit-deny' && granted.unknown.length > 0)
      throw notImplemented(`the text of ${granted.unknown.join(', ')}`);
    return { asked: one, evaluation };
  }
  return undefined;
}

const codes: Readonly<Record<string, readonly [code: string, status: number]>> = {
  ec2: ['UnauthorizedOperation', 403],
  eks: ['AccessDeniedException', 403],
  ...Object.fromEntries(['ecs', 'kms', 'logs', 'ssm'].map(service => [service, ['AccessDeniedException', 400]])),
};

/** AWS's sentence and code of a denial. */
export function denial(
  service: string,
  caller: string,
  { action, resource }: Asked,
  { decision, policy = 'an identity-based policy' }: Refused,
): AwsError {
  const why =
    decision === 'explicit-deny'
      ? `with an explicit deny in ${policy}`
      : `because no identity-based policy allows the ${action} action`;
  // EC2, and some others, name no resource where there is none.
  const named = resource === '*' && !['ecs', 'ssm'].includes(service) ? '' : ` on resource: ${resource}`;
  const sentence = `User: ${caller} is not authorized to perform: ${action}${named} ${why}`;
  const [code, status] = codes[service] ?? ['AccessDenied', 403];
  if (service !== 'ec2') return new AwsError(code, sentence, status);
  const encoded =
    resource === '*' ? '' : `. Encoded authorization failure message: ${Buffer.from(action).toString('base64url')}`;
  return new AwsError(code, `You are not authorized to perform this operation. ${sentence}${encoded}`, status);
}

import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { makeRole, shownRole } from './role.ts';
import { alreadyExists, rows } from './rows.ts';

/** Service → its role's name and AWS's own policy for it. */
const linked = {
  'autoscaling.amazonaws.com': ['AWSServiceRoleForAutoScaling', 'AutoScalingServiceRolePolicy'],
  'ecs.amazonaws.com': ['AWSServiceRoleForECS', 'AmazonECSServiceRolePolicy'],
  'eks.amazonaws.com': ['AWSServiceRoleForAmazonEKS', 'AmazonEKSServiceRolePolicy'],
  'eks-fargate.amazonaws.com': ['AWSServiceRoleForAmazonEKSForFargate', 'AmazonEKSForFargateServiceRolePolicy'],
  'eks-nodegroup.amazonaws.com': ['AWSServiceRoleForAmazonEKSNodegroup', 'AWSServiceRoleForAmazonEKSNodegroup'],
  'spot.amazonaws.com': ['AWSServiceRoleForEC2Spot', 'AWSEC2SpotServiceRolePolicy'],
} as const;
export type LinkedService = keyof typeof linked;

export function linkedRole({ account }: CallContext, service: LinkedService): { arn: string; exists: boolean } {
  const [name] = linked[service];
  const exists = rows({ account }, 'roles').find(row => row.linkedTo === service) !== undefined;
  return { arn: account.arn('iam', '', `role/aws-service-role/${service}/${name}`), exists };
}

/** What a service does at its first use in an account; its role's ARN. */
export function ensureLinkedRole(context: CallContext, service: LinkedService): string {
  const { arn, exists } = linkedRole(context, service);
  if (exists) return arn;
  const [name, policy] = linked[service];
  const Statement = [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }];
  return makeRole(context, name, {
    Path: `/aws-service-role/${service}/`,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    attached: [`arn:aws:iam::aws:policy/aws-service-role/${policy}`],
    linkedTo: service,
  }).Arn;
}

export const serviceLinkedRoleOperations = {
  CreateServiceLinkedRole({ AWSServiceName = '' }: { AWSServiceName?: string }, context: CallContext): object {
    if (!Object.hasOwn(linked, AWSServiceName))
      throw new AwsError('InvalidInput', `No service-linked role is known for ${AWSServiceName}.`);
    const service = AWSServiceName as LinkedService;
    const [name] = linked[service];
    if (linkedRole(context, service).exists)
      throw alreadyExists(`Service role name ${name} has been taken in this account, please try a different suffix.`);
    ensureLinkedRole(context, service);
    const row = rows(context, 'roles').get(name);
    return { Role: row && shownRole(row) };
  },
};

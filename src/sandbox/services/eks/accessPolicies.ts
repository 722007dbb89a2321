import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { notImplemented } from '../../kernel/awsError.ts';
import { accessPolicyRules } from '../../kubernetes/builtInRoles.ts';
import { requireEntry } from './accessEntries.ts';
import { dated, eksError, page } from './eksTables.ts';

export const accessPolicyPrefix = 'arn:aws:eks::aws:cluster-access-policy/';

const names = [
  ...'Admin AdminView AutoNode BlockStorage ClusterAdmin Compute Edit Hybrid LoadBalancing Networking SecretReader View'
    .split(' ')
    .map(name => `AmazonEKS${name}Policy`),
  'AmazonAIOpsAssistantPolicy',
  'AmazonARCRegionSwitchScalingPolicy',
];

const told = (policy: object) => dated<Eks.AssociatedAccessPolicy>(policy);

export const accessPolicyOperations = {
  AssociateAccessPolicy(input: Eks.AssociateAccessPolicyRequest, context: CallContext) {
    const { entry, policies } = requireEntry(context, input);
    const { policyArn = '', accessScope: { type, namespaces = [] } = {} } = input;
    const { clusterName, principalArn } = entry;
    const name = policyArn.slice(accessPolicyPrefix.length);
    if (accessPolicyPrefix + name !== policyArn || !names.includes(name))
      throw eksError('InvalidParameter', 'The specified policyArn is invalid.');
    if (!accessPolicyRules[name] && entry.type !== 'EC2') throw notImplemented(`eks:AssociateAccessPolicy ${name}`);
    if (entry.type !== 'STANDARD' && entry.type !== 'EC2')
      throw eksError(
        'InvalidRequest',
        `Access policies cannot be associated with access entries of type ${entry.type ?? ''}`,
      );
    if ((type === 'namespace') !== namespaces.length > 0)
      throw eksError('InvalidParameter', `The namespaces field does not fit an access scope of type ${type ?? ''}.`);
    const now = context.account.now();
    const accessScope = { type, namespaces: [...namespaces] };
    let policy = policies.find(known => known.policyArn === policyArn);
    if (policy) Object.assign(policy, { accessScope, modifiedAt: now });
    else policies.push((policy = { policyArn, accessScope, associatedAt: now, modifiedAt: now }));
    return { clusterName, principalArn, associatedAccessPolicy: told(policy) };
  },
  DisassociateAccessPolicy(input: Eks.DisassociateAccessPolicyRequest, context: CallContext) {
    const { policies } = requireEntry(context, input);
    const index = policies.findIndex(({ policyArn }) => policyArn === input.policyArn);
    if (index < 0) throw eksError('ResourceNotFound', 'The specified policyArn could not be found.');
    policies.splice(index, 1);
    return {};
  },
  ListAssociatedAccessPolicies(input: Eks.ListAssociatedAccessPoliciesRequest, context: CallContext) {
    const { entry, policies } = requireEntry(context, input);
    const { clusterName, principalArn } = entry;
    const { items, nextToken } = page(policies.map(told), input);
    return { clusterName, principalArn, associatedAccessPolicies: items, nextToken };
  },
};

import type { AccessPolicy, ListAccessPoliciesRequest, ListAccessPoliciesResponse } from '@aws-sdk/client-eks';
import { page } from './eksTables.ts';

export const accessPolicyPrefix = 'arn:aws:eks::aws:cluster-access-policy/';

const names = [
  'AmazonAIOpsAssistantPolicy',
  'AmazonARCRegionSwitchScalingPolicy',
  'AmazonEKSAdminPolicy',
  'AmazonEKSAdminViewPolicy',
  'AmazonEKSAutoNodePolicy',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSClusterAdminPolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSHybridPolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
  'AmazonEKSSecretReaderPolicy',
  'AmazonEKSViewPolicy',
] as const;

export const isAccessPolicy = (arn: string): boolean =>
  arn.startsWith(accessPolicyPrefix) && names.some(name => arn === accessPolicyPrefix + name);

export function listAccessPolicies(input: ListAccessPoliciesRequest): ListAccessPoliciesResponse {
  const policies: AccessPolicy[] = names.map(name => ({ name, arn: accessPolicyPrefix + name }));
  const { items, nextToken } = page(policies, input);
  return { accessPolicies: items, nextToken };
}

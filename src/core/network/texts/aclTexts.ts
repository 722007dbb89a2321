import type { FindingText } from './findingText.ts';

/** Words of findings about network ACLs. */
export const aclTexts = {
  'acl-blocks-https': {
    severity: 'error',
    attribute: 'entries',
    wanted: 'TCP 443 allowed from and to {cidr}',
    why: 'Nodes and pods in {subnets} reach the API endpoint and the VPC endpoints by it.',
    fix: '`aws ec2 create-network-acl-entry --network-acl-id {resource} {direction} --rule-number N --protocol tcp --port-range From=443,To=443 {block} {cidr} --rule-action allow`, with N before the rule that refuses',
  },
  'acl-blocks-replies': {
    severity: 'error',
    attribute: 'entries',
    wanted: 'TCP 1024-65535 allowed from and to {cidr}',
    why: 'Network ACLs keep no state: replies to nodes and pods in {subnets} come to these ports, and so do the control plane’s calls to kubelets (10250).',
    fix: '`aws ec2 create-network-acl-entry --network-acl-id {resource} {direction} --rule-number N --protocol tcp --port-range From=1024,To=65535 {block} {cidr} --rule-action allow`, with N before the rule that refuses',
  },
  'acl-blocks-s3': {
    severity: 'error',
    attribute: 'entries',
    wanted: 'TCP 443 out to S3’s blocks and 1024-65535 back from them ({cidr})',
    why: 'The S3 gateway keeps S3’s public addresses: without them {subnets} get no image layers.',
    fix: '`aws ec2 create-network-acl-entry --network-acl-id {resource} {direction} --rule-number N --protocol tcp --port-range {ports} {block} {cidr} --rule-action allow`, for each block of the S3 prefix list',
  },
} as const satisfies Readonly<Record<string, FindingText>>;

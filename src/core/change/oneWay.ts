import type { StackId } from '../plan/plan.ts';
import type { OneWaySwitch, ResourceChange } from './changePlan.ts';

interface OneWayRule {
  readonly type: string;
  /** `remove`: the resource goes; else a change at this path. */
  readonly at: string;
  readonly words: string;
}

/** What cannot be taken back, or only by making anew, once it is done. */
const rules: readonly OneWayRule[] = [
  {
    type: 'AWS::EKS::Cluster',
    at: '/Properties/AccessConfig/AuthenticationMode',
    words: 'The authentication mode cannot be taken back: once access entries count, aws-auth never does again.',
  },
  {
    type: 'AWS::EKS::Cluster',
    at: '/Properties/EncryptionConfig',
    words: 'Encryption with a key cannot be switched off, nor given another key.',
  },
  {
    type: 'AWS::EKS::Cluster',
    at: '/Properties/ResourcesVpcConfig/ControlPlaneEgressMode',
    words: 'The control plane’s egress cannot be taken back to aws-managed.',
  },
  {
    type: 'AWS::EKS::Cluster',
    at: '/Properties/Version',
    words: 'A version can be taken back for 7 days only, and only by one minor.',
  },
  {
    type: 'AWS::EKS::Cluster',
    at: '/Properties/UpgradePolicy',
    words: 'The support type cannot be changed any more once the version is in extended support.',
  },
  { type: 'AWS::EC2::Subnet', at: 'remove', words: 'A subnet that is gone comes back with another id.' },
  {
    type: 'AWS::EC2::VPCCidrBlock',
    at: 'remove',
    words: 'A block that is taken from the VPC is gone for the pods that have addresses of it.',
  },
  {
    type: 'AWS::EC2::VPCEndpoint',
    at: 'remove',
    words: 'An endpoint that is gone comes back with another id and other addresses.',
  },
  { type: 'AWS::EC2::VPC', at: 'remove', words: 'The VPC is gone with everything in it.' },
  { type: 'AWS::EKS::Nodegroup', at: 'remove', words: 'The group’s nodes, and what is on their disks, are gone.' },
  { type: 'AWS::Logs::LogGroup', at: 'remove', words: 'The logs are gone.' },
  { type: 'AWS::KMS::Key', at: 'remove', words: 'What was encrypted with the key cannot be read once it is deleted.' },
];

export function oneWaySwitches(stack: StackId, changes: readonly ResourceChange[]): OneWaySwitch[] {
  return changes.flatMap(({ type, logicalId, action, replacement, properties }) => {
    if (action === 'add') return [];
    const gone = action === 'remove' || replacement === 'True';
    return rules
      .filter(
        rule =>
          rule.type === type &&
          (rule.at === 'remove'
            ? gone
            : properties.some(({ path }) => path === rule.at || path.startsWith(`${rule.at}/`))),
      )
      .map(({ words }) => ({ stack, resource: logicalId, words }));
  });
}

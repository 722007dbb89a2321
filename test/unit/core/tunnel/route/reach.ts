import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import type { ClusterReach } from '../../../../../src/core/tunnel/route/clusterAccess.ts';

/** A private cluster with one security group. */
export const reach: ClusterReach = {
  name: 'demo',
  arn: 'arn:aws:eks:eu-west-1:123456789012:cluster/demo',
  region: 'eu-west-1',
  host: 'ABC.gr7.eu-west-1.eks.amazonaws.com',
  certificateAuthority: '',
  vpcId: 'vpc-0123456789abcdef0',
  status: 'ACTIVE',
  network: {
    clusterSecurityGroupId: 'sg-cluster',
    securityGroupIds: ['sg-cluster'],
    subnetIds: ['subnet-a', 'subnet-b'],
    publicEndpoint: false,
    privateEndpoint: true,
  },
};

export const tcp443 = (peer: Partial<IpPermission>): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  ...peer,
});
export const fromGroup = (GroupId: string): Partial<IpPermission> => ({ UserIdGroupPairs: [{ GroupId }] });
export const fromRange = (CidrIp: string): Partial<IpPermission> => ({ IpRanges: [{ CidrIp }] });
export const everywhere: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };

export function group(
  GroupId: string,
  IpPermissions: IpPermission[],
  IpPermissionsEgress = [everywhere],
): SecurityGroup {
  return { GroupId, IpPermissions, IpPermissionsEgress };
}

import type { Service } from '../kernel/account.ts';
import { hostedZoneOperations, hostedZoneResources } from './route53/hostedZones.ts';
import { simulatedOperations } from './simulatedOperations.ts';

/** Input members that are simulated. */
const members: Readonly<Record<string, string>> = {
  CreateHostedZone: 'Name VPC CallerReference HostedZoneConfig',
  ListHostedZonesByVPC: 'VPCId VPCRegion MaxItems',
  ListResourceRecordSets: 'HostedZoneId MaxItems',
  ChangeResourceRecordSets: 'HostedZoneId ChangeBatch',
  AssociateVPCWithHostedZone: 'HostedZoneId VPC',
};

/** Private hosted zones and what they answer with; nothing resolves by them here. */
export const route53: Service = {
  name: 'route53',
  operations: simulatedOperations('route53', hostedZoneOperations, members),
  resources: hostedZoneResources,
};

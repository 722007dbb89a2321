import type { Service } from '../kernel/account.ts';
import { hostedZoneOperations, hostedZoneResources } from './route53/hostedZones.ts';
import { simulatedOperations } from './simulatedOperations.ts';

/** Input members that are simulated. */
const members: Readonly<Record<string, string>> = {
  CreateHostedZone: 'Name VPC CallerReference HostedZoneConfig',
  ListHostedZonesByVPC: 'VPCId VPCRegion MaxItems',
  AssociateVPCWithHostedZone: 'HostedZoneId VPC',
};

/** Private hosted zones without records: which names they answer for is all that is asked of them. */
export const route53: Service = {
  name: 'route53',
  operations: simulatedOperations('route53', hostedZoneOperations, members),
  resources: hostedZoneResources,
};

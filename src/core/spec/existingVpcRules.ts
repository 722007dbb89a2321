import type { Finding } from './finding.ts';
import { network as networkSchema } from './networkSchema.ts';
import type { SpecFile } from './schema.ts';

/** What is said of a new VPC has no meaning beside an existing one; the account knows the rest. */
export function existingVpcRules({ network }: SpecFile): Finding[] {
  const { vpc } = network;
  if (!vpc) return [];
  const defaults = networkSchema.parse({});
  const beside = (['cidr', 'podCidr', 'zones'] as const).filter(
    field => JSON.stringify(network[field]) !== JSON.stringify(defaults[field]),
  );
  const whose = {
    cidr: 'the VPC has its blocks',
    podCidr: 'the VPC has its blocks',
    zones: 'its subnets have their zones',
  };
  return [
    ...beside.map(field => ({
      path: ['network', field],
      why: `without meaning beside network.vpc: ${whose[field]}`,
      allowed: 'left out',
      fix: { title: `Take network.${field} out`, path: `network.${field}`, value: undefined },
      judgedBy: [['network', 'vpc']],
    })),
    ...vpc.subnets.flatMap((subnet, index): Finding[] =>
      vpc.subnets.indexOf(subnet) === index
        ? []
        : [
            {
              path: ['network', 'vpc', 'subnets', index],
              why: 'which is in the list twice',
              allowed: 'another subnet',
            },
          ],
    ),
  ];
}

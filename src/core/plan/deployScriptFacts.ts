import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { zonesRefusedByEks } from '../spec/regions.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import type { AccountFact } from './plan.ts';
import { quote } from './shellQuote.ts';

/** The part of a deploy script that settles what its plan leaves open, each in a variable that may be set beforehand. */
export function openFacts(spec: ClusterSpec, open: (fact: AccountFact) => boolean): string[] {
  return [
    ...(open('zones') ? openZones(zoneCount(spec)) : []),
    ...(open('callerPrincipalArn') ? openAdministrator : []),
    ...openVpc(spec, open),
  ];
}

function openZones(count: number): string[] {
  return [
    `# Zones are open in this plan: set ZONE_IDS to ${count} zone ids with commas between them, or the first that EKS accepts are taken.`,
    'if [[ -z "${ZONE_IDS:-}" ]]; then',
    '  ZONE_IDS=$(aws ec2 describe-availability-zones \\',
    '    --filters Name=zone-type,Values=availability-zone Name=state,Values=available \\',
    "    --query 'sort(AvailabilityZones[].ZoneId)' --output text | tr '\\t' '\\n' |",
    `    grep -vxE ${quote(zonesRefusedByEks.join('|'))} | awk 'NR <= ${count}' | paste -sd, -)`,
    'fi',
    `if [[ $(tr ',' '\\n' <<<"$ZONE_IDS" | wc -l) -ne ${count} ]]; then`,
    `  echo "ZONE_IDS has to name ${count} zones, and names: $ZONE_IDS" >&2`,
    '  exit 1',
    'fi',
    'echo "zones: $ZONE_IDS"',
    '',
  ];
}

/** Of an existing VPC that the plan has not looked at. Such a plan makes every endpoint, whatever the VPC has. */
function openVpc({ network: { vpc } }: ClusterSpec, open: (fact: AccountFact) => boolean): string[] {
  if (!vpc) return [];
  const facts = (Object.keys(vpcLooks) as (keyof typeof vpcLooks)[]).filter(open);
  if (facts.length === 0) return [];
  return [
    `# ${vpc.id} was not looked at when this plan was made: an endpoint that it has already makes its stack fail. A plan with credentials`,
    '# adopts what is there. Set these variables to something else where what is looked up here does not fit.',
    `vpc=${quote(vpc.id)}`,
    `subnets=(${vpc.subnets.map(quote).join(' ')})`,
    ...facts.flatMap(fact => {
      const name = factVariables[fact];
      return [
        `if [[ -z "\${${name}:-}" ]]; then`,
        ...vpcLooks[fact].map(line => `  ${line}`),
        'fi',
        `echo ${quote(`${name}:`)} "$${name}"`,
      ];
    }),
    '',
  ];
}

/** The first subnet of each zone. */
const oneOfEachZone = (variable: string) => [
  `${variable}=$(aws ec2 describe-subnets --subnet-ids "\${subnets[@]}" \\`,
  "  --query 'Subnets[].[AvailabilityZoneId,SubnetId]' --output text | sort | awk '!seen[$1]++ {print $2}' | paste -sd, -)",
];

/** One subnet of each zone; the route table of each subnet, else the VPC's main one. */
const vpcLooks = {
  vpcCidrs: [
    'VPC_CIDRS=$(aws ec2 describe-vpcs --vpc-ids "$vpc" \\',
    "  --query 'Vpcs[0].CidrBlockAssociationSet[].CidrBlock' --output text | tr '\\t' ',')",
  ],
  vpcIpv6Cidrs: [
    'VPC_IPV6_CIDRS=$(aws ec2 describe-vpcs --vpc-ids "$vpc" \\',
    "  --query 'Vpcs[0].Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock' --output text | tr '\\t' ',')",
  ],
  endpointSubnetIds: oneOfEachZone('ENDPOINT_SUBNET_IDS'),
  proxySubnetIds: oneOfEachZone('PROXY_SUBNET_IDS'),
  routeTableIds: [
    'ROUTE_TABLE_IDS=$(for subnet in "${subnets[@]}"; do',
    '  table=$(aws ec2 describe-route-tables --filters "Name=association.subnet-id,Values=$subnet" \\',
    "    --query 'RouteTables[0].RouteTableId' --output text)",
    '  if [[ "$table" == None ]]; then',
    '    table=$(aws ec2 describe-route-tables --filters "Name=vpc-id,Values=$vpc" Name=association.main,Values=true \\',
    "      --query 'RouteTables[0].RouteTableId' --output text)",
    '  fi',
    '  echo "$table"',
    'done | sort -u | paste -sd, -)',
  ],
} as const satisfies Partial<Record<AccountFact, readonly string[]>>;

/** The script's variable for each. */
export const factVariables: Readonly<Record<AccountFact, string>> = {
  zones: 'ZONE_IDS',
  callerPrincipalArn: 'ADMIN_PRINCIPAL_ARN',
  vpcCidrs: 'VPC_CIDRS',
  vpcIpv6Cidrs: 'VPC_IPV6_CIDRS',
  endpointSubnetIds: 'ENDPOINT_SUBNET_IDS',
  proxySubnetIds: 'PROXY_SUBNET_IDS',
  routeTableIds: 'ROUTE_TABLE_IDS',
};

const openAdministrator = [
  '# The administrator is open in this plan: set ADMIN_PRINCIPAL_ARN to an IAM role or user, or whoever runs this becomes it.',
  'if [[ -z "${ADMIN_PRINCIPAL_ARN:-}" ]]; then',
  '  ADMIN_PRINCIPAL_ARN=$(aws sts get-caller-identity --query Arn --output text)',
  '  if [[ $ADMIN_PRINCIPAL_ARN == *:assumed-role/* ]]; then',
  '    role=${ADMIN_PRINCIPAL_ARN#*:assumed-role/}',
  '    ADMIN_PRINCIPAL_ARN=$(aws iam get-role --role-name "${role%%/*}" --query Role.Arn --output text)',
  '  fi',
  'fi',
  'echo "administrator: $ADMIN_PRINCIPAL_ARN"',
  '',
];

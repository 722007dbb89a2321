import type { Plan, PlannedEndpoint } from '../plan/plan.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { endpointServiceName } from './endpointServices.ts';
import type { NetworkFinding } from './networkFacts.ts';

/** What a network team must do, or know, before the plan can run: Markdown to paste into a ticket. */
export function networkTicket(plan: Plan): string {
  const { findings } = plan;
  const of = (...severities: NetworkFinding['severity'][]) =>
    findings.filter(({ severity }) => severities.includes(severity));
  const sections = [
    [`# Network for the private EKS cluster ${plan.spec.name}`, ...whatAndWhere(plan)],
    list('Must be mended before the cluster is made', of('error')),
    list('Should be looked at', of('warning')),
    list('Could not be judged', of('unknown')),
    openQuestions(plan),
    endpointTable(plan),
    commands(plan),
    ports(plan),
    list('For information', of('info')),
  ];
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`;
}

function whatAndWhere({ spec, account, findings }: Plan): string[] {
  const { vpc, apiAccess } = spec.network;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const place = vpc
    ? `VPC \`${vpc.id}\`, subnets ${vpc.subnets.map(id => `\`${id}\``).join(', ')}`
    : `a new VPC, \`${spec.network.cidr}\` in ${zoneCount(spec)} zones, made by the plan itself`;
  const looked = account?.network
    ? `Looked at in account ${account.accountId}: ${errors === 0 ? 'nothing stands in the way' : `${errors} ${errors === 1 ? 'thing stands' : 'things stand'} in the way`}.`
    : account && !vpc
      ? `Planned for account ${account.accountId}; of the new VPC there is nothing to look at yet.`
      : 'Nothing was looked at: this was planned without the account.';
  const sources = [...apiAccess.cidrs, ...apiAccess.securityGroups];
  return [
    '',
    `- Region ${spec.region}; ${place}.`,
    '- The API endpoint is private from the first second; nodes have no way to the internet and need none.',
    ...(sources.length > 0 ? [`- From outside the VPC, TCP 443 to the API endpoint from ${sources.join(', ')}.`] : []),
    `- ${looked}`,
  ];
}

function list(title: string, findings: readonly NetworkFinding[]): string[] {
  if (findings.length === 0) return [];
  return [
    `## ${title}`,
    ...findings.flatMap((found, index) => [
      '',
      `${index + 1}. ${found.resources.map(id => `**\`${id}\`**`).join(', ')}, ${found.attribute} (\`${found.code}\`)`,
      `   - Seen: ${found.seen}`,
      `   - Needed: ${found.wanted}`,
      `   - Why: ${found.why}`,
      `   - How: ${found.fix}`,
    ]),
  ];
}

/** What the plan itself says that it took for granted, or that nobody looked at. */
function openQuestions({ warnings }: Plan): string[] {
  const open = warnings.filter(({ code }) => /^(?:not-looked-at|vpc-open|assumed-.*)$/.test(code));
  return open.length === 0 ? [] : ['## Assumed, or not looked at', '', ...open.map(({ message }) => `- ${message}`)];
}

const standings: Readonly<Record<PlannedEndpoint['standing'], string>> = {
  make: 'to be made',
  present: 'there, serves',
  shared: 'reached by a hosted zone',
  said: 'reached, says the spec',
  wrong: 'wrong, see above',
};

function endpointTable({ endpoints, spec }: Plan): string[] {
  return [
    '## VPC endpoints',
    '',
    '| Service | Type | State | Why |',
    '|---|---|---|---|',
    ...endpoints.map(({ service, type, standing, existingId, reason }) => {
      const id = existingId === undefined ? '' : ` \`${existingId}\``;
      return `| ${endpointServiceName(service, spec.region)} | ${type} | ${standings[standing]}${id} | ${reason.replaceAll('|', '\\|')} |`;
    }),
  ];
}

/** For a team that makes endpoints itself: the very calls. */
function commands({ endpoints, spec, account }: Plan): string[] {
  const { vpc } = spec.network;
  const made = endpoints.filter(({ standing }) => standing === 'make');
  if (!vpc || made.length === 0) return [];
  const cidrs = account?.network?.vpc.cidrs ?? ['BLOCK-OF-THE-VPC'];
  const group = made.some(({ type }) => type === 'Interface')
    ? [
        `aws ec2 create-security-group --region ${spec.region} --vpc-id ${vpc.id} --group-name ${spec.name}-endpoints --description "HTTPS from the VPC to its endpoints"`,
        ...cidrs.map(
          cidr =>
            `aws ec2 authorize-security-group-ingress --region ${spec.region} --group-id GROUP --protocol tcp --port 443 --cidr ${cidr}`,
        ),
      ]
    : [];
  const calls = made.map(({ service, type, subnetIds, routeTableIds }) => {
    const where =
      type === 'Gateway'
        ? `--route-table-ids ${routeTableIds?.join(' ') ?? 'ROUTE-TABLES-OF-THE-SUBNETS'}`
        : `--subnet-ids ${subnetIds?.join(' ') ?? 'ONE-SUBNET-OF-EACH-ZONE'} --security-group-ids GROUP --private-dns-enabled`;
    return `aws ec2 create-vpc-endpoint --region ${spec.region} --vpc-id ${vpc.id} --service-name ${endpointServiceName(service, spec.region)} --vpc-endpoint-type ${type} ${where}`;
  });
  return [
    '## Endpoints to be made',
    '',
    'The plan makes these by itself. If your team makes them instead, the plan adopts them:',
    '',
    '```sh',
    ...group,
    ...calls,
    '```',
  ];
}

function ports({ spec, account }: Plan): string[] {
  const blocks = account?.network?.vpc.cidrs.join(', ') ?? 'the VPC’s blocks';
  const nodes = 'the subnets';
  const sources = [...spec.network.apiAccess.cidrs, ...spec.network.apiAccess.securityGroups];
  const rows = [
    [nodes, 'the control plane’s interfaces', 'TCP 443', 'Nodes and pods call the API'],
    ['the control plane’s interfaces', nodes, 'TCP 10250, 443', 'Logs, exec, webhooks'],
    [nodes, nodes, 'TCP and UDP 53', 'CoreDNS; between pods also whatever they speak'],
    [nodes, `endpoints in ${blocks}`, 'TCP 443', 'AWS’s services'],
    [nodes, 'S3 by the gateway’s prefix list', 'TCP 443', 'Image layers'],
    [`${blocks} and S3`, nodes, 'TCP 1024-65535', 'Replies, where network ACLs are in the way: they keep no state'],
    ...(sources.length > 0
      ? [[sources.join(', '), 'the control plane’s interfaces', 'TCP 443', 'kubectl from outside']]
      : []),
  ];
  return [
    '## Ports',
    '',
    '| From | To | Port | Why |',
    '|---|---|---|---|',
    ...rows.map(row => `| ${row.join(' | ')} |`),
  ];
}

import { buildPlan } from '../../../src/core/plan/buildPlan.ts';
import { newSpecText } from '../../../src/core/spec/newSpecText.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { plannerState, type PlannerInput } from '../../../src/editor/planner/plannerState.ts';
import type { PlannerState } from '../../../src/protocol/planner.ts';

const text = newSpecText('payments', 'eu-west-1');

/** The planner's state for a file, as the editor would send it. */
export function planned(content: string, more: Partial<PlannerInput> = {}): PlannerState {
  const reading = parseSpec(content);
  return plannerState({
    uri: 'file:///practice/payments.private-eks.yaml',
    fileName: 'payments.private-eks.yaml',
    text: content,
    reading,
    plan: reading.spec && buildPlan(reading.spec),
    facts: undefined,
    accounts: [
      account('sandbox', 'Sandbox', 'practice account'),
      account('prod@eu-west-1', 'prod', 'eu-west-1'),
      account('', 'Another account', 'choose…'),
    ],
    accountId: 'sandbox',
    busy: undefined,
    runningRunId: undefined,
    ...more,
  });
}

const chosen = `${text}
network: { vpc: { id: vpc-0a1b2c3d4e5f67890, subnets: [subnet-0a1b2c3d4e5f67890, subnet-0b1c2d3e4f5a67891] } }
`;
const unchosen = `${text}
network: { vpc: { id: "", subnets: [] } }
`;
const subnet = (name: string, id: string, zone: string) => ({
  name,
  id,
  zone: `eu-west-1${zone}`,
  zoneId: `euw1-${zone}`,
  cidr: '10.0.2.0/24',
  freeAddresses: 243,
  reach: 'private' as const,
  zoneRefused: false,
});
const listed: Extract<PlannerState['networks'], { state: 'ready' }> = {
  state: 'ready',
  vpcs: [
    {
      id: 'vpc-0a1b2c3d4e5f67890',
      name: 'the-network-team-of-payments-and-settlements',
      cidrs: ['10.0.0.0/16', '100.64.0.0/16'],
      subnets: 4,
      suggested: ['subnet-0a1b2c3d4e5f67890', 'subnet-0b1c2d3e4f5a67891'],
    },
    { id: 'vpc-0b1c2d3e4f5a67891', name: '', cidrs: ['172.31.0.0/16'], subnets: 1, suggested: ['subnet-1'] },
  ],
  subnets: [
    subnet('payments-private-with-a-long-name-a', 'subnet-0a1b2c3d4e5f67890', 'a'),
    subnet('', 'subnet-0b1c2d3e4f5a67891', 'b'),
    { ...subnet('payments-public-c', 'subnet-0c1d2e3f4a5b67892', 'c'), reach: 'public' },
    { ...subnet('payments-d', 'subnet-0d1e2f3a4b5c67893', 'd'), reach: 'unknown', zoneRefused: true },
  ],
  groups: [{ id: 'sg-0a1b2c3d4e5f67890', name: 'vpn-clients' }],
};

function account(id: string, label: string, description: string): PlannerState['accounts'][number] {
  return { id, label, description, accountId: undefined, region: 'eu-west-1', needsSignIn: id.startsWith('prod') };
}

/** As a plan for a network team's VPC looks, with something of every severity and standing. */
function withFindings(state: PlannerState): PlannerState {
  const { plan } = state;
  if (!plan) throw new Error('the spec has no plan');
  const standings = ['present', 'shared', 'wrong', 'said'] as const;
  const finding = { resources: ['rtb-0a1b2c3d4e5f67890'], path: 'network.vpc.subnets' };
  return {
    ...state,
    blocked: 'Mend the VPC first: rtb-0a1b2c3d4e5f67890',
    plan: {
      ...plan,
      endpoints: plan.endpoints.map((endpoint, index) => {
        const standing = standings[index] ?? 'make';
        const existingId = standing === 'present' || standing === 'wrong' ? 'vpce-0a1b2c3d4e5f67890' : undefined;
        return standing === 'make' ? endpoint : { ...endpoint, standing, existingId, monthlyUsd: 0 };
      }),
      findings: [
        {
          ...finding,
          severity: 'error',
          attribute: 'routeTableIds',
          seen: 'no route to the S3 gateway',
          wanted: 'a route to pl-6da54004 by vpce-0a1b2c3d4e5f67890',
          why: 'Nodes of subnet-0a1b2c3d4e5f67890 cannot pull image layers.',
          fix: '`aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-0a1b2c3d4e5f67890 --add-route-table-ids rtb-0a1b2c3d4e5f67890 --region eu-west-1`, or name other subnets.',
        },
        {
          ...finding,
          resources: ['subnet-0a1b2c3d4e5f67890', 'subnet-0b1c2d3e4f5a67891', 'subnet-0c1d2e3f4a5b67892'],
          severity: 'warning',
          attribute: 'availableIpAddressCount',
          seen: '12 free addresses',
          wanted: '16 or more',
          why: 'Updates need some.',
          fix: 'Take a larger subnet.',
        },
        {
          ...finding,
          severity: 'unknown',
          path: undefined,
          attribute: 'entries',
          seen: 'not looked at',
          wanted: 'readable',
          why: 'ec2:DescribeNetworkAcls was denied.',
          fix: 'Ask for that permission.',
        },
      ],
    },
  };
}

export const plannerStates = {
  plan: planned(text),
  busy: planned(text, { busy: 'Looking at Sandbox in eu-west-1' }),
  signedOut: planned(text, { accountId: 'prod@eu-west-1' }),
  running: planned(text, { runningRunId: 'create-payments-1' }),
  everything: planned(
    `${text}
network:
  zones: [euw1-az1, euw1-az2]
features: { loadBalancers: true, autoscaling: true, containerLogs: true, metrics: true, secrets: true, irsa: true }
encryption: { key: new }
access:
  administrators: [arn:aws:iam::111122223333:role/a-rather-long-path/with-a-rather-long-name-of-a-role]
`,
  ),
  existingVpc: withFindings(
    planned(
      `${text}
network:
  vpc: { id: vpc-0a1b2c3d4e5f67890, subnets: [subnet-0a1b2c3d4e5f67890, subnet-0b1c2d3e4f5a67891] }
  apiAccess: { cidrs: [10.8.0.0/16], securityGroups: [sg-0a1b2c3d4e5f67890] }
endpoints: { reachable: [sts] }
`,
    ),
  ),
  groups: planned(
    `${text}
nodes:
  default: {}
  gpu-for-training: { instanceTypes: [g6.xlarge], minSize: 0, desiredSize: 0, taints: [{ key: example.com/gpu, value: 'true', effect: NoSchedule }] }
  1st: { kind: self-managed, os: bottlerocket, labels: { example.com/team: payments } }
fargate:
  apps: { selectors: [{ namespace: apps }, { namespace: jobs, labels: { compute: fargate } }] }
autoMode: {}
encryption: { key: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' }
access:
  podIdentities: [{ namespace: apps, serviceAccount: api, roleArn: 'arn:aws:iam::111122223333:role/api' }]
addons: { metrics-server: {} }
tags: { owner: platform }
`,
  ),
  vpcsRefused: planned(unchosen, { networks: { state: 'refused', message: 'ec2:DescribeVpcs is denied.' } }),
  vpcUnchosen: planned(unchosen, { networks: { ...listed, subnets: [], groups: undefined } }),
  vpcChosen: planned(chosen, { networks: listed }),
  vpcGone: planned(chosen, {
    networks: { ...listed, vpcs: listed.vpcs.slice(1), subnets: [] },
    trouble: 'network.vpc.id is vpc-0a1b2c3d4e5f67890, which does not exist in eu-west-1, or not in this account.',
  }),
  errors: planned(`${text}
version: "9.99"
network: { cidr: 10.0.0.0/30 }
nodes: { default: { diskGiB: 1, minSize: 5, maxSize: 2 } }
`),
  unreadable: planned('name: [payments\n'),
} satisfies Record<string, PlannerState>;

/** Which look like one of the states above but for a sentence. */
export const plannerMoments = {
  vpcsLoading: planned(unchosen, { networks: { state: 'loading' } }),
  vpcsNone: planned(unchosen, { networks: { state: 'ready', vpcs: [], subnets: [], groups: undefined } }),
  vpcLooking: planned(chosen, { networks: listed, busy: 'Looking at vpc-0a1b2c3d4e5f67890 in eu-west-1' }),
} satisfies Record<string, PlannerState>;

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

function account(id: string, label: string, description: string): PlannerState['accounts'][number] {
  return { id, label, description, accountId: undefined, region: 'eu-west-1', needsSignIn: id.startsWith('prod') };
}

/** As a plan for a network team's VPC looks, with something of every severity and standing. */
function withFindings(state: PlannerState): PlannerState {
  const { plan } = state;
  if (!plan) throw new Error('the spec has no plan');
  const standings = ['present', 'shared', 'wrong', 'said'] as const;
  const finding = { resource: 'rtb-0a1b2c3d4e5f67890', path: 'network.vpc.subnets' };
  return {
    ...state,
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
          seen: 'no route to the S3 gateway',
          wanted: 'a route to pl-6da54004 by vpce-0a1b2c3d4e5f67890',
          why: 'Nodes of subnet-0a1b2c3d4e5f67890 cannot pull image layers.',
          fix: 'Associate the gateway with this route table.',
        },
        {
          ...finding,
          severity: 'warning',
          seen: '12 free addresses',
          wanted: '16 or more',
          why: 'Updates need some.',
          fix: 'Take a larger subnet.',
        },
        {
          ...finding,
          severity: 'unknown',
          path: undefined,
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
  errors: planned(`${text}
version: "9.99"
network: { cidr: 10.0.0.0/30 }
nodes: { default: { diskGiB: 1, minSize: 5, maxSize: 2 } }
`),
  unreadable: planned('name: [payments\n'),
} satisfies Record<string, PlannerState>;

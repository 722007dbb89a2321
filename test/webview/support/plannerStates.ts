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
  errors: planned(`${text}
version: "9.99"
network: { cidr: 10.0.0.0/30 }
nodes: { default: { diskGiB: 1, minSize: 5, maxSize: 2 } }
`),
  unreadable: planned('name: [payments\n'),
} satisfies Record<string, PlannerState>;

import type { PlannedStack, PlannedStep } from './plan.ts';
import type { StepKind } from './steps.ts';

type Seconds = PlannedStep['usualSeconds'];
const between = (low: number, typical: number, high: number): Seconds => ({ low, typical, high });

/**
 * Usual durations in seconds, CloudFormation's own polling included. Sources: control plane, AWS 2021-03 "9 minutes or less, on average",
 * users up to 15; node group "few minutes"; interface endpoints 1 to 3 minutes and the small stacks: seen in practice, no figure of AWS's.
 * Fargate: one profile; botocore's waiter gives up after ten minutes.
 */
export const usualSeconds: Readonly<Record<StepKind, Seconds>> = {
  preflight: between(2, 5, 20),
  staging: between(2, 4, 20),
  permissions: between(20, 30, 90),
  network: between(25, 45, 120),
  'api-access': between(10, 15, 60),
  endpoints: between(60, 120, 240),
  proxy: between(60, 120, 240),
  key: between(15, 25, 90),
  logs: between(5, 15, 60),
  cluster: between(420, 540, 900),
  identity: between(10, 20, 60),
  'node-addons': between(20, 45, 180),
  nodes: between(90, 150, 420),
  fargate: between(60, 120, 600),
  'workload-addons': between(20, 45, 300),
  // Where nodes are the way in: until an agent of theirs is online.
  namespaces: between(2, 60, 300),
  verify: between(3, 10, 60),
};

/** An Auto Scaling group, and the look that its nodes have joined. Seen in practice, no figure of AWS's. */
const selfManagedSeconds = between(90, 180, 420);

/** The usual time of a step, by what its stack makes: Fargate profiles are made one after the other. */
export function usualSecondsOf(kind: StepKind, stack: PlannedStack | undefined): Seconds {
  const usual = usualSeconds[kind];
  const types = Object.values(stack?.template.Resources ?? {}).map(({ Type }) => Type);
  if (types.includes('AWS::AutoScaling::AutoScalingGroup')) return selfManagedSeconds;
  const times = Math.max(1, types.filter(type => type === 'AWS::EKS::FargateProfile').length);
  return between(usual.low * times, usual.typical * times, usual.high * times);
}

import { quietDifference } from './driftNoise.ts';

/** One property that is not as the stack made it; values as CloudFormation tells them, JSON for what is no text. */
export interface DriftDifference {
  /** `/ResourcesVpcConfig/EndpointPublicAccess` */
  readonly path: string;
  readonly expected: string | undefined;
  readonly actual: string | undefined;
}

export interface DriftedResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly deleted: boolean;
  readonly differences: readonly DriftDifference[];
}

export interface StackDrift {
  readonly name: string;
  /** Why it could not be looked at. */
  readonly notChecked: string | undefined;
  readonly resources: readonly DriftedResource[];
}

/** What is there and no stack tells of. */
export interface DriftFinding {
  readonly code: 'public-endpoint' | 'access-entry' | 'security-group-rule' | 'cluster-gone';
  /** Physical id. */
  readonly resource: string;
  readonly words: string;
}

export interface QuietDrift {
  readonly resource: string;
  readonly path: string;
  readonly reason: string;
}

export interface DriftReport {
  readonly cluster: string;
  readonly drifted: boolean;
  readonly stacks: readonly StackDrift[];
  readonly findings: readonly DriftFinding[];
  /** Differences that are somebody's proper work, each with whose. */
  readonly quiet: readonly QuietDrift[];
}

/** Parts what somebody changed from what AWS and controllers change by themselves. Pure. */
export function driftReport(
  cluster: string,
  seen: readonly StackDrift[],
  findings: readonly DriftFinding[],
): DriftReport {
  const quiet: QuietDrift[] = [];
  const stacks = seen.map(stack => ({
    ...stack,
    resources: stack.resources.flatMap(resource => {
      const loud = resource.differences.filter(difference => {
        const reason = quietDifference(resource.type, difference);
        if (reason !== undefined) quiet.push({ resource: resource.physicalId, path: difference.path, reason });
        return reason === undefined;
      });
      return resource.deleted || loud.length > 0 ? [{ ...resource, differences: loud }] : [];
    }),
  }));
  const drifted = findings.length > 0 || stacks.some(({ resources }) => resources.length > 0);
  return { cluster, drifted, stacks, findings, quiet };
}

/** One line for people. */
export function driftWords({ type, physicalId, deleted }: DriftedResource, difference?: DriftDifference): string {
  const noun = type.replace(/^AWS::/, '').replaceAll('::', ' ');
  if (deleted || !difference) return `${noun} ${physicalId} is gone.`;
  const { path, expected, actual } = difference;
  const what = `${noun} ${physicalId}: ${path.slice(1).replaceAll('/', '.')}`;
  if (expected === undefined) return `${what} was added: ${actual}.`;
  if (actual === undefined) return `${what} was removed; it was ${expected}.`;
  return `${what} is ${actual} and should be ${expected}.`;
}

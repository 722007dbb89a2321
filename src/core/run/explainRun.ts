import type { AwsSession } from '../aws/awsSession.ts';
import { listStacks } from '../aws/stack.ts';
import { isSettled, isWhole } from '../aws/stackStatus.ts';
import type { Clock } from '../clock.ts';
import { PrivateEksError } from '../errors.ts';
import { stackIdOf } from '../plan/stackName.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { explainSlowness, type Slowness } from './explainSlowness.ts';
import type { RunStep } from './runEvent.ts';
import type { RunView } from './runView.ts';

export interface Explanation extends Slowness {
  readonly title: string;
  /** How long it has gone on; undefined where no run tells. */
  readonly waitedSeconds: number | undefined;
  readonly usualSeconds: RunStep['usualSeconds'] | undefined;
}

/** *Why is this slow?*: of a run, what each of its running or failed steps waits for; without one, what each stack that is not whole does. @throws PrivateEksError `nothing-to-explain` */
export async function explainRun(
  cluster: string,
  run: RunView | undefined,
  { session, clock }: { readonly session: AwsSession; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<Explanation[]> {
  const context = { session, cluster, ...(signal ? { signal } : {}) };
  const steps = (run?.steps ?? []).filter(({ status }) => status === 'running' || status === 'failed');
  if (steps.length > 0)
    return Promise.all(
      steps.map(async ({ id, title, usualSeconds, startedAt, endedAt }) => ({
        ...(await explainSlowness({ id, title }, context)),
        title,
        usualSeconds,
        waitedSeconds: startedAt === undefined ? undefined : Math.round(((endedAt ?? clock.now()) - startedAt) / 1000),
      })),
    );
  const stacks = await listStacks(session, ({ tags }) => tags[clusterTag] === cluster, signal);
  if (!run && stacks.length === 0)
    throw new PrivateEksError(
      'nothing-to-explain',
      `There is no stack of ${cluster} in ${session.region}, and no run.`,
      {
        fix: 'Check the name, the profile and the region.',
      },
    );
  const open = stacks.filter(({ status }) => !isSettled(status) || !isWhole(status));
  return Promise.all(
    open.map(async ({ name }) => {
      const id = stackIdOf(cluster, name) ?? 'network';
      return {
        ...(await explainSlowness({ id, title: name }, context)),
        title: name,
        waitedSeconds: undefined,
        usualSeconds: undefined,
      };
    }),
  );
}

/** As lines for people. */
export function explanationText(cluster: string, explanations: readonly Explanation[]): string {
  if (explanations.length === 0) return `Nothing of ${cluster} is under way, and every stack is whole.\n`;
  return explanations
    .map(({ title, waitingFor, evidence, waitedSeconds, usualSeconds }) => {
      const time =
        waitedSeconds === undefined || !usualSeconds
          ? ''
          : ` (${waitedSeconds} s; usually ${usualSeconds.low} to ${usualSeconds.high} s)`;
      return [`${title}${time} waits for ${waitingFor}`, ...evidence.map(line => `  ${line}`)].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}

import type { Update } from '@aws-sdk/client-eks';
import { toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { PrivateEksError } from '../../errors.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, type StepContext } from '../step.ts';

export interface EksUpdatePlace {
  readonly nodegroupName?: string;
  readonly addonName?: string;
  /** For people: `node group default`. */
  readonly what: string;
}

/** ms on the account's clock. A node group is drained node by node. */
const pace = { everyMs: 15_000, longestMs: 6 * 60 * 60_000 };

/** Follows an update of EKS's own API to its end. @throws StepFailure with EKS's own words when it fails */
export async function followEksUpdate(
  update: Update | undefined,
  { what, ...place }: EksUpdatePlace,
  context: StepContext,
): Promise<void> {
  const { session, clock, signal, cluster: name } = context;
  const updateId = update?.id;
  if (updateId === undefined) throw new PrivateEksError('no-update', `EKS gave no id for the update of ${what}.`);
  const { DescribeUpdateCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  const deadline = clock.now() + pace.longestMs;
  for (;;) {
    let now: Update | undefined;
    try {
      ({ update: now } = await eks.send(new DescribeUpdateCommand({ name, updateId, ...place }), signalOption(signal)));
    } catch (error) {
      throw toPrivateEksError(error);
    }
    if (now?.status === 'Successful') return;
    if (now?.status === 'Failed' || now?.status === 'Cancelled') throw updateFailed(now, what);
    if (clock.now() > deadline)
      throw new PrivateEksError('update-slow', `The update of ${what} has not ended.`, { retryable: true });
    context.progress(`EKS updates ${what}`);
    await clock.sleep(pace.everyMs, signal);
  }
}

/** Follows the updates that EKS works on now: those of an earlier attempt, most likely. Gives how many there were. */
export async function followWhatIsOn(place: EksUpdatePlace, context: StepContext): Promise<number> {
  const { what: _, ...names } = place;
  const { session, signal, cluster: name } = context;
  const sdk = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const running: Update[] = [];
  try {
    for await (const page of sdk.paginateListUpdates({ client }, { name, ...names }, signalOption(signal)))
      for (const updateId of page.updateIds ?? []) {
        const look = new sdk.DescribeUpdateCommand({ name, updateId, ...names });
        const { update } = await client.send(look, signalOption(signal));
        if (update?.status === 'InProgress') running.push(update);
      }
  } catch (error) {
    throw toPrivateEksError(error);
  }
  for (const update of running) await followEksUpdate(update, place, context);
  return running.length;
}

function updateFailed({ status, type, errors = [] }: Update, what: string): StepFailure {
  const evidence = errors.map(
    ({ errorCode, errorMessage, resourceIds = [] }) =>
      `${errorCode ?? 'Unknown'}: ${errorMessage ?? ''}${resourceIds.length > 0 ? ` (${resourceIds.join(', ')})` : ''}`,
  );
  const eviction = errors.some(({ errorCode }) => errorCode === 'PodEvictionFailure');
  return new StepFailure(
    failureCause({
      code: eviction ? 'pod-eviction-failed' : 'eks-update-failed',
      what: `The update of ${what} ended ${status?.toLowerCase()}: ${evidence[0] ?? type ?? 'EKS gave no reason'}`,
      why: eviction ? 'A pod did not leave its node, as a PodDisruptionBudget may ask.' : '',
      fix: eviction
        ? 'Let the budget allow one pod less, or end the pod, then retry.'
        : 'Put right what EKS’s words name, then retry.',
      awsMessage: errors[0]?.errorMessage,
      evidence,
    }),
  );
}

/** A step's own failure as it is, anything else in the product's words. */
export function toStepError(error: unknown): unknown {
  return error instanceof StepFailure ? error : toPrivateEksError(error);
}

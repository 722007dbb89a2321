import type { DescribeUpdateResponse, UpdateClusterConfigResponse } from '@aws-sdk/client-eks';
import type { Progress, ProviderContext } from '../../cloudformation/resourceProvider.ts';
import type { Change } from './eksChanges.ts';
import { unstable } from './eksIssue.ts';

/** The rest of an update under way. */
interface Pending {
  calls: Change[];
  /** The update that EKS is at. */
  updateId?: string | undefined;
}

const pendingOf = ({ account, region }: ProviderContext) => account.regional<Pending>(region, 'cfn.eksPending');

/** Updates of one type's resources: EKS takes one change at a time, and the rest waits here. */
export function eksUpdates(noun: string, keyOf: (id: string) => Record<string, string>) {
  /** Begins the next change, if there is one. */
  function goOn(id: string, pending: Pending, context: ProviderContext): void {
    const [next, ...rest] = pending.calls;
    pending.calls = rest;
    if (!next) return void pendingOf(context).delete(`${noun}/${id}`);
    const [operation, input] = next;
    const answer = context.call<UpdateClusterConfigResponse>('eks', operation, { ...keyOf(id), ...input });
    pending.updateId = answer.update?.id;
    if (pending.updateId === undefined) goOn(id, pending, context);
  }

  /** Whether the update that is under way goes on, or has failed; undefined: there is none. */
  function progress(id: string, context: ProviderContext): Progress | undefined {
    const pending = pendingOf(context).get(`${noun}/${id}`);
    if (!pending) return undefined;
    const { clusterName, name = clusterName, ...of } = keyOf(id);
    const asked = { name, updateId: pending.updateId, ...of };
    const { update } = context.call<DescribeUpdateResponse>('eks', 'DescribeUpdate', asked);
    if (update?.status === 'InProgress') return 'in-progress';
    if (update?.status !== 'Successful') {
      pendingOf(context).delete(`${noun}/${id}`);
      const errors = (update?.errors ?? []).map(({ errorCode, errorMessage, resourceIds }) => ({
        code: errorCode ?? '',
        message: errorMessage ?? '',
        resourceIds: resourceIds ?? [],
      }));
      return unstable(errors);
    }
    goOn(id, pending, context);
    return pendingOf(context).get(`${noun}/${id}`) ? 'in-progress' : undefined;
  }

  /** Begins the first of the changes; those after it follow as EKS gets done. */
  function begin(id: string, calls: Change[], context: ProviderContext): void {
    if (calls.length === 0) return;
    const pending: Pending = { calls };
    pendingOf(context).set(`${noun}/${id}`, pending);
    try {
      goOn(id, pending, context);
    } catch (error) {
      pendingOf(context).delete(`${noun}/${id}`);
      throw error;
    }
  }

  return { begin, progress };
}

import type { StackId } from '../plan/plan.ts';
import { deleteOrder } from '../run/steps/deleteOrder.ts';
import { stackOf } from '../run/steps/deleteSteps.ts';

/** In the order in which a delete would take them. */
export function removalOrder(ids: readonly StackId[]): StackId[] {
  const order = deleteOrder(new Set(ids)).flatMap(step => stackOf(step.id) ?? []);
  return ids.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

import { createHash } from 'node:crypto';
import type { StepContext } from '../step.ts';

/** AWS takes a call with a known token for the one it has had: a kill between call and answer does no harm. */
export function actionToken({ runId, step, attempt }: StepContext, action: string): string {
  const digest = createHash('sha256').update(`${runId}/${step}/${attempt}/${action}`).digest('hex');
  return `private-eks-${digest.slice(0, 40)}`;
}

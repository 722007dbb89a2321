import { toPrivateEksError } from '../../aws/errors.ts';
import { isCancellation } from '../../errors.ts';
import { makeNamespaces, namespaceCommand } from '../../kube/namespaces.ts';
import type { Plan } from '../../plan/plan.ts';
import { plannedNamespaces } from '../../templates/fargateTemplate.ts';
import type { OpenCluster } from '../openCluster.ts';
import type { StepContext, StepResult } from '../step.ts';
import { wayIn } from './wayIn.ts';

/**
 * Makes the namespaces that Fargate's profiles name, once there is a way to the Kubernetes API. Where there is none, or the caller is no
 * administrator, the cluster is as good as before: it is said, with the command, and Connect offers it again.
 */
export async function ensureNamespaces(plan: Plan, context: StepContext, open?: OpenCluster): Promise<StepResult> {
  const names = plannedNamespaces(plan.spec);
  const way = await wayIn(plan.spec, context, open);
  if ('none' in way) return notMade(names, way.none, context);
  const { api, close } = way.opened;
  try {
    const made = await makeNamespaces(api, names, context.cancel);
    if (made.length === 0) return { outcome: 'already', summary: `${names.join(', ')} stood already` };
    return { outcome: 'done', summary: `made ${made.join(', ')}` };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return notMade(names, toPrivateEksError(error).message, context);
  } finally {
    await close();
  }
}

function notMade(names: readonly string[], why: string, { journal }: StepContext): StepResult {
  const told = `not made yet: ${names.join(', ')} (${why})`;
  const message = `Namespaces ${told}. Connect offers to make them; by hand: ${namespaceCommand(names)}`;
  journal.append({ type: 'note', level: 'warning', message });
  return { outcome: 'done', summary: told };
}

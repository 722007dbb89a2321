import { callerIdentity } from '../core/aws/identity.ts';
import { giveUpInterrupted } from '../core/run/interruptedRun.ts';
import type { RunServices } from '../core/run/runProcess.ts';
import { exitCode, type CommandInput } from './command.ts';

/** Ends an interrupted update or upgrade in the history; gives the exit code. */
export async function giveUp(cluster: string, services: RunServices, { io, flag }: CommandInput): Promise<number> {
  const { accountId } = await callerIdentity(services.session);
  const key = { accountId, region: services.session.region, cluster };
  const { runId, started } = await giveUpInterrupted(key, services);
  const message = `The ${started.kind} of ${cluster} is given up (run ${runId}). What it had done stays; nothing was changed now.`;
  io.out(flag('json') ? `${JSON.stringify({ type: 'given-up', runId, ...key, message })}\n` : `${message}\n`);
  return exitCode.done;
}

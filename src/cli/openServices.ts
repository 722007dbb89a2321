import { openSession } from '../core/aws/openSession.ts';
import type { RunServices } from '../core/run/runProcess.ts';
import { stateHome } from '../core/state/stateHome.ts';
import { accountClock } from './accountClock.ts';
import type { CommandInput } from './command.ts';

/** The composition root of every command that talks to AWS. `region` of a spec wins over everything. */
export async function openServices(input: CommandInput, region?: string): Promise<RunServices> {
  const { env } = input.io;
  const askForCode = async (serial: string) => (await input.io.ask(`Code of MFA device ${serial}: `)).trim();
  const session = await openSession({
    profile: input.text('profile'),
    region: region ?? input.text('region'),
    env,
    ...(input.io.isTerminal ? { mfaCodeProvider: askForCode } : {}),
  });
  const home = stateHome({ env });
  const { clock, speed } = await accountClock(session.endpoint, home);
  return { stateHome: home, session, clock, speed };
}

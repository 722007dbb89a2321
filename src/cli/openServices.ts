import { toPrivateEksError } from '../core/aws/errors.ts';
import type { AwsSession } from '../core/aws/awsSession.ts';
import { CodeDesk, deviceName } from '../core/aws/mfa/codeDesk.ts';
import type { MfaCodes } from '../core/aws/mfa/mfaCodes.ts';
import { openSession } from '../core/aws/openSession.ts';
import { PrivateEksError } from '../core/errors.ts';
import type { RunServices } from '../core/run/runProcess.ts';
import { stateHome } from '../core/state/stateHome.ts';
import { accountClock } from './accountClock.ts';
import type { CommandInput } from './command.ts';
import type { Io } from './io.ts';

/** The composition root of every command that talks to AWS. `region` of a spec wins over everything. */
export async function openServices(input: CommandInput, region?: string): Promise<RunServices> {
  const { io } = input;
  const { env } = io;
  const home = stateHome({ env });
  const profile = input.text('profile');
  const name = profile ?? (env['AWS_PROFILE'] || 'default');
  // Set by the editor, which starts runs and tunnels without a terminal: what its windows ask for codes with.
  const purpose = env['PRIVATE_EKS_MFA_FOR'];
  const desk = purpose && !io.isTerminal ? new CodeDesk({ home, profile: name, purpose }) : undefined;
  const codes = desk ?? (io.isTerminal ? askedHere(io) : nobodyToAsk(name));
  const session = await openSession({ profile, region: region ?? input.text('region'), env, codes });
  if (desk) await signedIn(session, desk);
  const { clock, speed } = await accountClock(session.endpoint, home);
  return { stateHome: home, session, clock, speed };
}

function askedHere(io: Io): MfaCodes {
  return {
    code: async serial => (await io.ask(`Code of MFA device ${serial}: `)).trim(),
    refused: async (_serial, reason) => io.err(`${reason}\n`),
  };
}

function nobodyToAsk(profile: string): MfaCodes {
  return {
    code: serial => {
      throw new PrivateEksError(
        'no-credentials',
        `Profile ${profile} wants a code of ${deviceName(serial)} (multi-factor authentication), and nobody can be asked for it here.`,
        { fix: 'Run this in a terminal or from the editor, or give it keys of the role’s session in the environment.' },
      );
    },
  };
}

/** Nobody has given a code for so long that nobody will; ms. Nothing was begun yet. */
const patienceMs = 15 * 60_000;

/** Before there is a run or a tunnel that could wait, its process waits for the code. @throws PrivateEksError `mfa-code-missing` */
async function signedIn(session: AwsSession, desk: CodeDesk): Promise<void> {
  const giveUp = new AbortController();
  const missing = new PrivateEksError('mfa-code-missing', 'Nobody entered the MFA code; nothing was started.', {
    fix: 'Start it again when the device is at hand.',
  });
  const timer = setTimeout(() => giveUp.abort(missing), patienceMs);
  try {
    for (;;) {
      try {
        await session.credentials();
        return;
      } catch (error) {
        if (!desk.isWaiting) throw toPrivateEksError(error);
      }
      await desk.arrived(giveUp.signal);
      session.renew?.();
    }
  } finally {
    clearTimeout(timer);
  }
}

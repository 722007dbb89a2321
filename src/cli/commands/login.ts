import { signIn } from '../../core/aws/signIn/signIn.ts';
import { isCancellation } from '../../core/errors.ts';
import { stateHome } from '../../core/state/stateHome.ts';
import { tellSignedIn } from '../../core/tunnel/process/askTunnel.ts';
import { awsOptions, exitCode, jsonOption, type Command } from '../command.ts';
import { openBrowser } from '../openBrowser.ts';

export const login: Command = {
  name: 'login',
  summary: 'Signs a profile of IAM Identity Center in',
  positionals: [],
  options: {
    profile: awsOptions.profile,
    'no-browser': { type: 'boolean', help: 'Only print the address; open it where you like, on a phone too' },
    ...jsonOption,
  },
  details: [
    'Shows an address and a code, and waits until you have let the code in. Where the last sign-in can still be refreshed, nobody is asked.',
    'The sign-in is kept where every AWS tool looks for it (~/.aws/sso/cache), readable by you alone; runs and tunnels that wait for it go on by themselves, within seconds.',
    'Profiles that are signed in otherwise (aws login, credential_process, keys, MFA) are told what to do.',
  ],
  run: async input => {
    const { io } = input;
    const json = input.flag('json');
    const cancel = new AbortController();
    const release = io.onInterrupt(() => cancel.abort());
    try {
      const { profile, expiresAt, refreshed } = await signIn({
        profile: input.text('profile'),
        env: io.env,
        signal: cancel.signal,
        open: ({ url, userCode, expiresAt: until }) => {
          if (json) io.out(`${JSON.stringify({ type: 'open', url, userCode, expiresAt: isoText(until) })}\n`);
          else io.err(`Open ${url}\nand check that it shows the code ${userCode}. Waiting until ${timeText(until)}.\n`);
          if (io.isTerminal && !input.flag('no-browser')) openBrowser(url);
        },
      });
      const tunnels = (await tellSignedIn(stateHome({ env: io.env }))).map(({ cluster }) => cluster);
      const said = { type: 'signed-in', profile, expiresAt: isoText(expiresAt), refreshed, tunnels };
      if (json) io.out(`${JSON.stringify(said)}\n`);
      else io.out(`${profile} is signed in until ${timeText(expiresAt)}${refreshed ? ' (refreshed)' : ''}.\n`);
      if (!json && tunnels.length > 0)
        io.out(`It was waited for, and is tried at once: the tunnel to ${tunnels.join(', ')}.\n`);
      return exitCode.done;
    } catch (error) {
      if (!isCancellation(error)) throw error;
      io.err('Not signed in.\n');
      return exitCode.cancelled;
    } finally {
      release();
    }
  },
};

const isoText = (time: number) => new Date(time).toISOString();
const timeText = (time: number) =>
  new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', hour12: false });

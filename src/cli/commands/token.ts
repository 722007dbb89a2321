import { printToken } from '../../credentialPlugin.ts';
import { awsOptions, exitCode, UsageError, type Command } from '../command.ts';

export const token: Command = {
  name: 'token',
  summary: 'Prints a token for a cluster, as kubectl’s credential plugin',
  positionals: [],
  options: { cluster: { type: 'string', value: 'NAME', help: 'The cluster' }, ...awsOptions },
  details: [
    'An ExecCredential (v1beta1) on standard output; good for 14 minutes. The token is signed on this machine.',
  ],
  run: async input => {
    const cluster = input.text('cluster');
    if (!cluster) throw new UsageError('--cluster NAME is missing.');
    const given = (name: 'region' | 'profile') => {
      const value = input.text(name);
      return value === undefined ? [] : [`--${name}`, value];
    };
    await printToken(['--cluster', cluster, ...given('region'), ...given('profile')]);
    return exitCode.done;
  },
};

import { callerIdentity } from '../../core/aws/identity.ts';
import { PrivateEksError } from '../../core/errors.ts';
import { describeClusterAccess } from '../../core/tunnel/route/clusterAccess.ts';
import { isTunnelLive } from '../../core/tunnel/process/tunnelControl.ts';
import { readTunnelRecord } from '../../core/tunnel/process/tunnelRecord.ts';
import { awsOptions, exitCode, type Command } from '../command.ts';
import { writeKubeconfigFile } from '../kubeconfigFile.ts';
import { openServices } from '../openServices.ts';

export const kubeconfig: Command = {
  name: 'kubeconfig',
  summary: 'Writes the kubeconfig of a cluster that is connected',
  positionals: ['name'],
  options: {
    out: { type: 'string', value: 'FILE', help: 'Write there; default: its own file in the state folder' },
    ...awsOptions,
  },
  details: [
    'The file reaches the private endpoint through the open tunnel and holds no key and no token. Prints its path. Other kubeconfig files are left alone.',
  ],
  run: async input => {
    const [name = ''] = input.positionals;
    const { session, stateHome } = await openServices(input);
    const { accountId } = await callerIdentity(session);
    const cluster = await describeClusterAccess(session, name);
    const record = await readTunnelRecord(stateHome, { accountId, region: session.region, cluster: name });
    // A killed tunnel leaves its record behind.
    if (!record || !(await isTunnelLive(record)))
      throw new PrivateEksError('not-connected', `There is no tunnel to ${name} in ${session.region}.`, {
        fix: `Open one first: private-eks tunnel ${name}`,
      });
    const { profile } = session;
    const file = await writeKubeconfigFile({
      home: stateHome,
      cluster,
      accountId,
      port: record.port,
      profile,
      env: input.io.env,
      out: input.text('out'),
    });
    input.io.out(`${file}\n`);
    return exitCode.done;
  },
};

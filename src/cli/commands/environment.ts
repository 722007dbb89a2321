import process from 'node:process';
import {
  environmentText,
  likelyShell,
  noProxyWarning,
  shells,
  tunnelEnvironment,
} from '../../core/kube/tunnelEnvironment.ts';
import { askForProxy } from '../../core/tunnel/process/tunnelProxy.ts';
import { awsOptions, exitCode, jsonOption, UsageError, type Command } from '../command.ts';
import { connectedCluster } from '../connectedCluster.ts';
import { writeKubeconfigFile } from '../kubeconfigFile.ts';

export const environment: Command = {
  name: 'environment',
  summary: 'Prints the variables for tools that ignore a kubeconfig: eksctl, Terraform, SDKs',
  positionals: ['name'],
  options: {
    shell: { type: 'string', value: 'SHELL', help: `${shells.join(', ')}; default: the one in use` },
    ...awsOptions,
    ...jsonOption,
  },
  details: [
    'eval "$(private-eks environment NAME)" sends the cluster’s endpoint through the open tunnel, by a proxy on 127.0.0.1, and every other host straight on or to your own proxy. TLS stays between the tool and the endpoint.',
    'The text holds the proxy’s password, which is worth something only while this tunnel is open: close the shell with it, or nothing there gets out.',
    'Entries of NO_PROXY that take in the endpoint, as .amazonaws.com does, are left out: tools would dial a private address that this machine cannot reach. The proxy itself still follows them for other hosts.',
  ],
  run: async input => {
    const asked = input.text('shell');
    const shell = asked === undefined ? likelyShell(input.io.env, process.platform) : shells.find(one => one === asked);
    if (!shell) throw new UsageError(`--shell is one of ${shells.join(', ')}, not "${asked ?? ''}".`);
    const { home, cluster, accountId, callerArn, profile, record } = await connectedCluster(input);
    const { env } = input.io;
    const kubeconfig = await writeKubeconfigFile({
      ...{ home, cluster, accountId, callerArn, profile, env },
      port: record.port,
      onNote: text => input.io.err(`${text}\n`),
    });
    const set = tunnelEnvironment({ proxyUrl: await askForProxy(record), kubeconfig, host: cluster.host, env });
    const warning = noProxyWarning(set);
    if (warning !== undefined) input.io.err(`${warning}\n`);
    input.io.out(input.flag('json') ? `${JSON.stringify(set)}\n` : environmentText(shell, set));
    return exitCode.done;
  },
};

import { fargateNamespaces } from '../../core/cluster/fargateNamespaces.ts';
import { awsOptions, exitCode, jsonOption, type Command } from '../command.ts';
import { connectedCluster } from '../connectedCluster.ts';

export const namespaces: Command = {
  name: 'namespaces',
  summary: 'Shows, or makes, the namespaces that Fargate profiles name and that are not there',
  positionals: ['name'],
  options: {
    make: { type: 'boolean', help: 'Make them' },
    ...awsOptions,
    ...jsonOption,
  },
  details: [
    'Goes through the open tunnel. A run makes these namespaces itself when it has a way into the cluster; with Fargate alone it seldom has one.',
    'Patterns (dev-*) are nobody’s to guess, and namespaces that are there stay as they are.',
  ],
  run: async input => {
    const { io } = input;
    const { session, record } = await connectedCluster(input);
    const signal = new AbortController().signal;
    const { missing, make } = await fargateNamespaces(session, record, signal);
    const made = input.flag('make') ? await make(signal) : [];
    const open = missing.filter(name => !made.includes(name));
    if (input.flag('json')) io.out(`${JSON.stringify({ missing: open, made })}\n`);
    else if (made.length > 0) io.out(`Made ${made.join(', ')}.\n`);
    else if (open.length > 0) io.out(`Not there: ${open.join(', ')}. Make them: ${makeCommand(record.cluster)}\n`);
    else io.out('Every namespace that a Fargate profile names is there.\n');
    return exitCode.done;
  },
};

export function makeCommand(cluster: string): string {
  return `private-eks namespaces ${cluster} --make`;
}

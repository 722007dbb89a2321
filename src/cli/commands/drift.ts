import { driftWords, type DriftReport } from '../../core/drift/driftReport.ts';
import { awsOptions, exitCode, jsonOption, type Command } from '../command.ts';
import { openServices } from '../openServices.ts';

export const drift: Command = {
  name: 'drift',
  summary: 'Tells what of a cluster is not as its stacks made it',
  positionals: ['name'],
  options: { ...awsOptions, ...jsonOption },
  details: [
    'Ends with 1 when something drifted. All stacks are looked at at once, and what CloudFormation does not see: the public endpoint, access entries and rules on the cluster’s security group that no stack made.',
    'What AWS, autoscalers and controllers in the cluster change by themselves is told apart, with whose work it is.',
  ],
  run: async input => {
    const [name = ''] = input.positionals;
    const { session, clock } = await openServices(input);
    const { readDrift } = await import('../../core/drift/readDrift.ts');
    const report = await readDrift(session, name, clock);
    input.io.out(input.flag('json') ? `${JSON.stringify(report)}\n` : driftText(report));
    return report.drifted ? exitCode.failed : exitCode.done;
  },
};

export function driftText({ cluster, drifted, stacks, findings, quiet }: DriftReport): string {
  const lines = [
    `${cluster}: ${drifted ? 'drifted' : 'as its stacks made it'}`,
    ...stacks.flatMap(({ name, notChecked, resources }) => [
      ...(notChecked === undefined ? [] : [`  ${name}: not looked at: ${notChecked}`]),
      ...resources.flatMap(resource =>
        resource.deleted
          ? [`  ${name}: ${driftWords(resource)}`]
          : resource.differences.map(difference => `  ${name}: ${driftWords(resource, difference)}`),
      ),
    ]),
    ...findings.map(({ words }) => `  ${words}`),
    ...(quiet.length === 0 ? [] : ['', 'Not counted:']),
    ...quiet.map(({ resource, path, reason }) => `  ${resource}${path}: ${reason}`),
  ];
  return `${lines.join('\n')}\n`;
}

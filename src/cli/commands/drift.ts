import { driftWords, type DriftReport } from '../../core/drift/driftReport.ts';
import { awsOptions, exitCode, jsonOption, type Command } from '../command.ts';
import { fitText } from '../fitText.ts';
import { openServices } from '../openServices.ts';

export const drift: Command = {
  name: 'drift',
  summary: 'Tells what of a cluster is not as its stacks made it',
  positionals: ['name'],
  options: { ...awsOptions, ...jsonOption },
  details: [
    'Ends with 0 when nothing drifted, with 1 when something did or a stack could not be looked at. All stacks are looked at at once, and what CloudFormation does not see: the public endpoint, access entries and rules on the cluster’s security group that no stack made.',
    'What AWS, autoscalers and controllers in the cluster change by themselves is told apart, with whose work it is.',
    'With --json the report is one line: {"cluster","drifted","stacks","findings","quiet"}.',
  ],
  run: async input => {
    const { io } = input;
    const [name = ''] = input.positionals;
    const { session, clock } = await openServices(input);
    const { readDrift } = await import('../../core/drift/readDrift.ts');
    const report = await readDrift(session, name, clock);
    io.out(input.flag('json') ? `${JSON.stringify(report)}\n` : fitText(io, driftText(report)));
    return report.drifted || !isWhollySeen(report) ? exitCode.failed : exitCode.done;
  },
};

/** What could not be looked at is not "as it was made". */
const isWhollySeen = ({ stacks }: DriftReport) => stacks.every(({ notChecked }) => notChecked === undefined);

export function driftText(report: DriftReport): string {
  const { cluster, drifted, stacks, findings, quiet } = report;
  const verdict = drifted
    ? 'drifted'
    : isWhollySeen(report)
      ? 'as its stacks made it'
      : 'not known: not all could be looked at';
  const lines = [
    `${cluster}: ${verdict}`,
    ...stacks.flatMap(({ name, notChecked, resources }) => [
      ...(notChecked === undefined ? [] : [`  ${name}: not looked at: ${notChecked}`]),
      ...resources.flatMap(resource =>
        resource.deleted
          ? [`  ${name}: ${driftWords(resource)}`]
          : resource.differences.map(difference => `  ${name}: ${driftWords(resource, difference)}`),
      ),
    ]),
    ...findings.map(({ words }) => `  ${words}`),
    ...(drifted
      ? [
          '',
          'An update changes only what the templates say otherwise: put this back by hand, or take it into the spec.',
        ]
      : []),
    ...(quiet.length === 0 ? [] : ['', 'Not counted:']),
    ...quiet.map(({ resource, path, reason }) => `  ${resource}${path}: ${reason}`),
  ];
  return `${lines.join('\n')}\n`;
}

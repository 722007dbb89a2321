import path from 'node:path';
import { readAccountFacts } from '../../core/aws/accountFacts.ts';
import { startCreate } from '../../core/run/createRun.ts';
import { attendRun, runOptions } from '../attendRun.ts';
import { awsOptions, jsonOption, UsageError, type Command } from '../command.ts';
import { openServices } from '../openServices.ts';
import { fileOption, readSpecFile } from '../readSpecFile.ts';

export const create: Command = {
  name: 'create',
  summary: 'Creates the cluster of a spec, or carries on with it',
  positionals: [],
  options: {
    ...fileOption,
    resume: { type: 'boolean', help: 'Go on with what is there, after a failure, a cancel or a crash' },
    profile: awsOptions.profile,
    ...jsonOption,
    ...runOptions,
    'run-id': { type: 'string', value: 'ID', help: 'Name of a new run, for programs that follow its journal' },
  },
  details: [
    'Ends with 0 when the cluster is verified. The region is the spec’s.',
    'Every step looks first at what is there, so that --resume may be used at any time and on any machine: finished stacks are left alone, failed ones are repaired. A create that runs already is watched.',
    'Ctrl-C starts nothing more and follows what AWS has begun to its end, of a run that is only watched, too; a second one leaves at once. A run goes on when nobody reads its output.',
  ],
  run: async input => {
    const { io } = input;
    const read = await readSpecFile(input);
    const { spec } = read;
    const runId = input.text('run-id');
    if (runId !== undefined && !/^create-[\w.-]{1,140}$/.test(runId))
      throw new UsageError('A run id begins with create- and has letters, digits, dots and dashes.');
    const services = await openServices(input, spec.region);
    const { buildPlan } = await import('../../core/plan/buildPlan.ts');
    const plan = buildPlan(spec, await readAccountFacts(services.session, { spec }));
    const cost = `about ${Math.round(plan.cost.monthlyUsd)} USD a month`;
    io.err(`${spec.name} in account ${plan.account?.accountId}, ${spec.region}: ${cost}\n`);
    const { openCluster } = await import('../openCluster.ts');
    const handle = await startCreate(plan, services, {
      resume: input.flag('resume'),
      open: openCluster(io.env),
      specPath: path.resolve(read.path),
      specText: read.text,
      ...(runId === undefined ? {} : { runId }),
    });
    return attendRun(handle, input, services);
  },
};

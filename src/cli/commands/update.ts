import path from 'node:path';
import { readAccountFacts } from '../../core/aws/accountFacts.ts';
import { changesNothing, type ChangePlan } from '../../core/change/changePlan.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { isOfCluster, listRuns } from '../../core/run/runFolder.ts';
import type { RunServices } from '../../core/run/runProcess.ts';
import { attendRun, runOptions } from '../attendRun.ts';
import { changeText } from '../changeText.ts';
import { awsOptions, exitCode, jsonOption, UsageError, type Command, type CommandInput } from '../command.ts';
import { openServices } from '../openServices.ts';
import { fileOption, problemLines, readSpecFile } from '../readSpecFile.ts';

export const update: Command = {
  name: 'update',
  summary: 'Brings a cluster to what its spec says now: shows what would change, asks, then changes it',
  positionals: [],
  options: {
    ...fileOption,
    'dry-run': { type: 'boolean', help: 'Show what would change, and change nothing' },
    replace: {
      type: 'string',
      value: 'NAME',
      help: 'Let the cluster of this name be deleted and made anew, with all in it',
    },
    yes: { type: 'boolean', help: 'Do not ask' },
    resume: { type: 'boolean', help: 'Go on with the last update, as it was shown then' },
    rollback: { type: 'boolean', help: 'Take stacks whose update failed back to what they were' },
    profile: awsOptions.profile,
    ...jsonOption,
    ...runOptions,
    'run-id': { type: 'string', value: 'ID', help: 'Name of a new run, for programs that follow its journal' },
  },
  details: [
    'CloudFormation itself is asked, by change sets, what would change in every stack; they are deleted again. What is executed is checked once more against what was shown: a step that would do more stops.',
    'With --dry-run --json the whole plan is one line of JSON. What cannot be taken back, and what is replaced, is marked.',
    'A version is changed by upgrade, not here.',
  ],
  run: async input => {
    const { io } = input;
    const read = await readSpecFile(input);
    io.err(problemLines(read));
    const { spec } = read;
    if (!spec) return exitCode.usage;
    const runId = input.text('run-id');
    if (runId !== undefined && !/^update-[\w.-]{1,140}$/.test(runId))
      throw new UsageError('A run id begins with update- and has letters, digits, dots and dashes.');
    const named = runId === undefined ? {} : { runId };
    const services = await openServices(input, spec.region);
    if (input.flag('rollback')) {
      const { startRollback } = await import('../../core/run/rollbackRun.ts');
      return attendRun(
        await startRollback(spec.name, services, { ...named, specPath: path.resolve(read.path) }),
        input,
        services,
      );
    }
    const { buildPlan } = await import('../../core/plan/buildPlan.ts');
    const { resumeUpdate, startUpdate } = await import('../../core/run/updateRun.ts');
    const { clusterProbe } = await import('../clusterProbe.ts');
    const plan = buildPlan(spec, await readAccountFacts(services.session, { spec }));
    const probe = clusterProbe(io.env);
    if (input.flag('resume')) {
      const handle = await resumeUpdate(plan, services, { probe });
      if (handle) return attendRun(handle, input, services);
      io.err('No update of this spec was left unfinished; a new one begins.\n');
    }
    const changes = await askWhatChanges(plan, services, input);
    if (input.flag('dry-run')) {
      io.out(input.flag('json') ? `${JSON.stringify(changes)}\n` : changeText(changes));
      return exitCode.done;
    }
    io.err(changeText(changes));
    if (changesNothing(changes)) return exitCode.done;
    const replace = input.text('replace');
    if (!(await confirmed(changes, replace, input))) return exitCode.cancelled;
    const handle = await startUpdate(changes, plan, services, {
      replace,
      probe,
      specPath: path.resolve(read.path),
      specText: read.text,
      ...named,
    });
    return attendRun(handle, input, services);
  },
};

async function askWhatChanges(plan: Plan, services: RunServices, { io }: CommandInput): Promise<ChangePlan> {
  const { readChangePlan } = await import('../../core/change/readChangePlan.ts');
  const { stageTemplates } = await import('../../core/run/steps/staging.ts');
  const { session, clock, stateHome } = services;
  const key = { cluster: plan.spec.name, region: session.region };
  const runs = (await listRuns(stateHome)).filter(run => isOfCluster(run, key));
  const monthlyUsdBefore = runs.find(({ started }) => started.monthlyUsd !== undefined)?.started.monthlyUsd;
  return readChangePlan(plan, session, clock, {
    monthlyUsdBefore,
    stage: async stacks => {
      if (plan.account && stacks.length > 0)
        await stageTemplates(stacks, plan.account, { session, signal: new AbortController().signal });
    },
    onProgress: io.isTerminal ? message => io.err(`${message}\n`) : () => undefined,
  });
}

async function confirmed(changes: ChangePlan, replace: string | undefined, input: CommandInput): Promise<boolean> {
  const { io } = input;
  // A refusal is told by the start of the run, with its way out.
  if (input.flag('yes') || changes.refusals.some(({ byName }) => !byName || replace !== changes.cluster)) return true;
  if (!io.isTerminal) throw new UsageError('An update needs --yes where nobody can be asked.');
  const answer = await io.ask(`Change ${changes.cluster} so? Type yes to go on: `);
  if (answer.trim() === 'yes') return true;
  io.err('Nothing was changed.\n');
  return false;
}

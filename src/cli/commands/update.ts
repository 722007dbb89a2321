import path from 'node:path';
import { readAccountFacts } from '../../core/aws/accountFacts.ts';
import { changesNothing, type ChangePlan } from '../../core/change/changePlan.ts';
import { priceBefore } from '../../core/change/priceBefore.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { isOfCluster, listRuns } from '../../core/run/runFolder.ts';
import type { PreflightFinding } from '../../core/preflight/preflightFinding.ts';
import type { RunServices } from '../../core/run/runProcess.ts';
import { usualTimeText, type UsualSeconds } from '../../core/run/usualTime.ts';
import { attendRun, runOptions } from '../attendRun.ts';
import { changeText } from '../changeText.ts';
import { fitText } from '../fitText.ts';
import { giveUp } from '../giveUp.ts';
import { nothingToChange } from '../nothingToChange.ts';
import { awsOptions, exitCode, jsonOption, UsageError, type Command, type CommandInput } from '../command.ts';
import { openServices } from '../openServices.ts';
import { preflightText } from '../preflightText.ts';
import { fileOption, readSpecFile } from '../readSpecFile.ts';

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
    'give-up': { type: 'boolean', help: 'End an update that was interrupted as it is, and change nothing' },
    profile: awsOptions.profile,
    ...jsonOption,
    ...runOptions,
    'run-id': { type: 'string', value: 'ID', help: 'Name of a new run, for programs that follow its journal' },
  },
  details: [
    'CloudFormation itself is asked, by change sets, what would change in every stack; they are deleted again. What is executed is checked once more against what was shown: a step that would do more stops.',
    'What cannot be taken back, and what is replaced, is marked in the plan and told again when its turn comes. A control plane is replaced only with --replace and its name.',
    'An update whose process was killed is in the way of the next: --resume goes on with it, --give-up ends it as it is. A failed one is carried on (--resume), begun again from what is there, or taken back (--rollback).',
    'Before anything is changed the account is looked at for what would stop it: quotas, instance types, free addresses, permissions, an existing VPC. --dry-run shows it with the plan, and what could not be looked at as unknown.',
    'With --dry-run --json the whole plan is one line of JSON, what was looked at beforehand in its "preflight", how long it usually takes in its "usualSeconds". With --json a run is told as its events, and nothing to change as {"type":"nothing-to-change","cluster","region","accountId","message"}.',
    'Ends with 0 when the cluster is as the spec says, with 1 when the plan is refused or something stands in its way (--dry-run too), or the run failed.',
    'A version is changed by upgrade, not here.',
  ],
  run: async input => {
    const { io } = input;
    const read = await readSpecFile(input);
    const { spec } = read;
    const runId = input.text('run-id');
    if (runId !== undefined && !/^update-[\w.-]{1,140}$/.test(runId))
      throw new UsageError('A run id begins with update- and has letters, digits, dots and dashes.');
    const named = runId === undefined ? {} : { runId };
    const replace = input.text('replace');
    const services = await openServices(input, spec.region);
    if (input.flag('give-up')) return giveUp(spec.name, services, input);
    if (input.flag('rollback')) {
      const { startRollback } = await import('../../core/run/rollbackRun.ts');
      return attendRun(
        await startRollback(spec.name, services, { ...named, specPath: path.resolve(read.path) }),
        input,
        services,
      );
    }
    const { buildPlan } = await import('../../core/plan/buildPlan.ts');
    const { lookBeforeUpdate, resumeUpdate, startUpdate, updateUnderWay } = await import('../../core/run/updateRun.ts');
    const { updateTime } = await import('../../core/run/steps/updateSteps.ts');
    const { openCluster } = await import('../openCluster.ts');
    const plan = buildPlan(spec, await readAccountFacts(services.session, { spec }));
    const open = openCluster(io.env);
    if (input.flag('resume')) {
      const handle = await resumeUpdate(plan, services, { open });
      if (handle) return attendRun(handle, input, services);
    }
    const watched = await updateUnderWay(plan, services);
    if (watched && input.flag('dry-run'))
      throw new PrivateEksError('update-in-progress', `${spec.name} is being updated (run ${watched.runId}).`, {
        fix: 'Wait for its end, then ask again.',
      });
    if (watched) return attendRun(watched, input, services);
    if (input.flag('resume')) io.err('No update of this spec was left unfinished; a new one begins.\n');
    const changes = await askWhatChanges(plan, services, input);
    const [refused] = changes.refusals.filter(({ byName }) => !(byName && replace === changes.cluster));
    const looks = !refused && !changesNothing(changes) && (input.flag('dry-run') || !input.flag('yes'));
    const found = looks ? await lookBeforeUpdate(changes, plan, services) : [];
    const isStopped = refused !== undefined || found.some(({ severity }) => severity === 'error');
    const usual = changesNothing(changes) ? undefined : updateTime(changes, plan);
    const text = `${changeText(changes, usual)}${looks ? `\n${preflightText(found, spec.name)}` : ''}`;
    if (input.flag('dry-run')) {
      io.out(
        input.flag('json')
          ? `${JSON.stringify({ ...changes, ...(looks ? { preflight: found } : {}), usualSeconds: usual })}\n`
          : fitText(io, text),
      );
      return isStopped ? exitCode.failed : exitCode.done;
    }
    if (refused && input.flag('json'))
      throw new PrivateEksError('update-refused', refused.message, { fix: refused.fix });
    if (isStopped && input.flag('json')) throw stoppedBy(found);
    io.err(fitText(io, text));
    if (refused && replace !== undefined && replace !== spec.name)
      io.err(`${replace} is not the name of the cluster, which is ${spec.name}.\n`);
    if (isStopped) return exitCode.failed;
    if (changesNothing(changes)) {
      if (input.flag('json')) io.out(nothingToChange(changes));
      return exitCode.done;
    }
    if (!(await confirmed(changes, usual, input))) return exitCode.cancelled;
    const handle = await startUpdate(changes, plan, services, {
      replace,
      open,
      specPath: path.resolve(read.path),
      specText: read.text,
      ...named,
    });
    return attendRun(handle, input, services);
  },
};

function stoppedBy(found: readonly PreflightFinding[]): PrivateEksError {
  const errors = found.filter(({ severity }) => severity === 'error');
  const fix = [...new Set(errors.map(error => error.fix))].join(' ');
  return new PrivateEksError('update-stopped', errors.map(({ message }) => message).join(' '), { fix });
}

async function askWhatChanges(plan: Plan, services: RunServices, { io }: CommandInput): Promise<ChangePlan> {
  const { readChangePlan } = await import('../../core/change/readChangePlan.ts');
  const { stageTemplates } = await import('../../core/run/steps/staging.ts');
  const { session, clock, stateHome } = services;
  const { accountId = '' } = plan.account ?? {};
  const key = { cluster: plan.spec.name, region: session.region, accountId };
  const monthlyUsdBefore = priceBefore((await listRuns(stateHome)).filter(run => isOfCluster(run, key)));
  return readChangePlan(plan, session, clock, {
    monthlyUsdBefore,
    stage: async stacks => {
      if (plan.account && stacks.length > 0)
        await stageTemplates(stacks, plan.account, { session, signal: new AbortController().signal });
    },
    onProgress: io.isTerminal ? message => io.err(`${message}\n`) : () => undefined,
  });
}

async function confirmed(changes: ChangePlan, usual: UsualSeconds | undefined, input: CommandInput): Promise<boolean> {
  const { io } = input;
  if (input.flag('yes')) return true;
  if (!io.isTerminal) throw new UsageError('An update needs --yes where nobody can be asked.');
  const { cluster, oneWay } = changes;
  // What cannot be taken back is asked for by name: a yes is typed too easily.
  const [word, why] = oneWay.length > 0 ? [cluster, `${oneWay.length} of it cannot be taken back. `] : ['yes', ''];
  const answer = await io.ask(
    `Change ${cluster} so? ${usual ? `It usually takes ${usualTimeText(usual)}. ` : ''}${why}Type ${word} to go on: `,
  );
  if (answer.trim() === word) return true;
  io.err('Nothing was changed.\n');
  return false;
}

import { readFile, writeFile } from 'node:fs/promises';
import type { UpgradePlan } from '../../core/upgrade/upgradePlan.ts';
import { attendRun, runOptions } from '../attendRun.ts';
import { awsOptions, exitCode, jsonOption, UsageError, type Command, type CommandInput } from '../command.ts';
import { openServices } from '../openServices.ts';
import { upgradeText } from '../upgradeText.ts';

export const upgrade: Command = {
  name: 'upgrade',
  summary: 'Takes a cluster one Kubernetes minor up, or back: control plane, add-ons and nodes',
  positionals: ['name'],
  options: {
    to: { type: 'string', value: 'VERSION', help: 'Kubernetes minor, as 1.37; default: the next one' },
    rollback: { type: 'boolean', help: 'One minor back, within 7 days of the upgrade' },
    force: { type: 'boolean', help: 'Go on although EKS’s insights say that the cluster is not ready' },
    write: {
      type: 'string',
      value: 'FILE',
      help: 'Set the version in this spec when the upgrade is done; comments stay',
    },
    'dry-run': { type: 'boolean', help: 'Show what would be done, and why it might not' },
    yes: { type: 'boolean', help: 'Do not ask' },
    resume: { type: 'boolean', help: 'Go on with the last upgrade, as it was shown then' },
    ...awsOptions,
    ...jsonOption,
    ...runOptions,
    'run-id': { type: 'string', value: 'ID', help: 'Name of a new run, for programs that follow its journal' },
  },
  details: [
    'One minor at a time. EKS’s readiness insights are looked at first; one that says ERROR stops the upgrade, --force overrides it.',
    'The control plane is changed by its stack, so that the template stays true; add-ons go to EKS’s default for the version, except those that the spec holds; node groups are replaced node by node. Pods on Fargate keep their version until they are made again.',
    'A rollback is EKS’s own: within 7 days, one minor, nodes first.',
  ],
  run: async input => {
    const { io } = input;
    const [name = ''] = input.positionals;
    const runId = input.text('run-id');
    if (runId !== undefined && !/^upgrade-[\w.-]{1,140}$/.test(runId))
      throw new UsageError('A run id begins with upgrade- and has letters, digits, dots and dashes.');
    const services = await openServices(input);
    const { keptUpgrade, resumeUpgrade, startUpgrade } = await import('../../core/run/upgradeRun.ts');
    if (input.flag('resume')) {
      const handle = await resumeUpgrade(name, services);
      if (handle) {
        const code = await attendRun(handle, input, services);
        const kept = await keptUpgrade(handle.dir);
        if (code === exitCode.done && kept) await writeVersion(kept.plan, input);
        return code;
      }
      io.err('No upgrade was left unfinished; a new one begins.\n');
    }
    const { readUpgradeFacts } = await import('../../core/upgrade/readUpgradeFacts.ts');
    const { upgradePlan } = await import('../../core/upgrade/upgradePlan.ts');
    const force = input.flag('force');
    const wish = { direction: input.flag('rollback') ? 'back' : 'up', to: input.text('to') } as const;
    const facts = await readUpgradeFacts(services.session, name, wish);
    const plan = upgradePlan(facts, { ...wish, force, now: services.clock.now() });
    if (input.flag('dry-run')) {
      io.out(input.flag('json') ? `${JSON.stringify(plan)}\n` : upgradeText(plan));
      return plan.refusals.length > 0 ? exitCode.failed : exitCode.done;
    }
    io.err(upgradeText(plan));
    if (plan.steps.length === 0 && plan.refusals.length === 0) return exitCode.done;
    if (!(await confirmed(plan, input))) return exitCode.cancelled;
    const handle = await startUpgrade(plan, services, { force, ...(runId === undefined ? {} : { runId }) });
    const code = await attendRun(handle, input, services);
    if (code === exitCode.done) await writeVersion(plan, input);
    return code;
  },
};

async function confirmed(plan: UpgradePlan, input: CommandInput): Promise<boolean> {
  const { io } = input;
  // A refusal is told by the start of the run, with its way out.
  if (input.flag('yes') || plan.refusals.length > 0) return true;
  if (!io.isTerminal) throw new UsageError('An upgrade needs --yes where nobody can be asked.');
  const answer = await io.ask(`Take ${plan.cluster} from ${plan.from} to ${plan.to}? Type yes to go on: `);
  if (answer.trim() === 'yes') return true;
  io.err('Nothing was changed.\n');
  return false;
}

/** File and cluster are to agree: written where a file is named, else told. */
async function writeVersion({ to, cluster }: UpgradePlan, input: CommandInput): Promise<void> {
  const file = input.text('write');
  if (file === undefined) return void input.io.err(`In the spec of ${cluster} set version: "${to}".\n`);
  const { setSpecValue } = await import('../../core/spec/editSpec.ts');
  await writeFile(file, setSpecValue(await readFile(file, 'utf8'), 'version', to));
  input.io.err(`${file} says version "${to}" now.\n`);
}

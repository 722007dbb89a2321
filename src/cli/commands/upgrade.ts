import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { callerIdentity } from '../../core/aws/identity.ts';
import { PrivateEksError } from '../../core/errors.ts';
import type { RunHandle, RunServices } from '../../core/run/runProcess.ts';
import { usualTimeText, type UsualSeconds } from '../../core/run/usualTime.ts';
import type { UpgradePlan } from '../../core/upgrade/upgradePlan.ts';
import { attendRun, runOptions } from '../attendRun.ts';
import { awsOptions, exitCode, jsonOption, UsageError, type Command, type CommandInput } from '../command.ts';
import { fitText } from '../fitText.ts';
import { giveUp } from '../giveUp.ts';
import { nothingToChange } from '../nothingToChange.ts';
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
    'give-up': { type: 'boolean', help: 'End an upgrade that was interrupted as it is, and change nothing' },
    ...awsOptions,
    ...jsonOption,
    ...runOptions,
    'run-id': { type: 'string', value: 'ID', help: 'Name of a new run, for programs that follow its journal' },
  },
  details: [
    'One minor at a time. EKS’s readiness insights are shown first, with what they are about; one that says ERROR stops the upgrade, --force overrides it. --dry-run shows them and changes nothing.',
    'The control plane comes first, by its stack, so that the template stays true; then add-ons, to EKS’s default for the version, except those that the spec holds; then node groups, node by node. Pods on Fargate keep their version until they are made again.',
    'Within 7 days an upgrade can be taken back by one minor (--rollback), by EKS’s own rollback and if its rollback insights agree: nodes first, as none may be newer than the control plane, then the control plane. The plan says until when. The stack keeps the version it says; update and drift know why.',
    'An upgrade whose process was killed is in the way of the next: --resume goes on with it, --give-up ends it as it is.',
    'With --dry-run --json the plan is one line of JSON, how long it usually takes in its "usualSeconds". With --json a run is told as its events, and nothing to do as {"type":"nothing-to-change","cluster","region","accountId","message"}. Ends with 1 when the upgrade is refused (--dry-run too) or failed.',
  ],
  run: async input => {
    const { io } = input;
    const [name = ''] = input.positionals;
    const runId = input.text('run-id');
    if (runId !== undefined && !/^upgrade-[\w.-]{1,140}$/.test(runId))
      throw new UsageError('A run id begins with upgrade- and has letters, digits, dots and dashes.');
    const write = input.text('write');
    const specPath = write === undefined ? undefined : path.resolve(write);
    const services = await openServices(input);
    if (input.flag('give-up')) return giveUp(name, services, input);
    const { keptUpgrade, resumeUpgrade, startUpgrade, upgradeTime, upgradeUnderWay } =
      await import('../../core/run/upgradeRun.ts');
    const attend = async (handle: RunHandle) => {
      const code = await attendRun(handle, input, services);
      const kept = await keptUpgrade(handle.dir);
      const file = input.text('write') ?? kept?.specPath;
      if (code === exitCode.done && kept && file !== undefined) await writeVersion(kept.plan, file, input);
      return code;
    };
    if (input.flag('resume')) {
      const handle = await resumeUpgrade(name, services);
      if (handle) return attend(handle);
    }
    const watched = await upgradeUnderWay(name, services);
    if (watched && input.flag('dry-run'))
      throw new PrivateEksError('upgrade-in-progress', `${name} is being upgraded (run ${watched.runId}).`, {
        fix: 'Wait for its end, then ask again.',
      });
    if (watched) return attend(watched);
    if (input.flag('resume')) io.err('No upgrade was left unfinished; a new one begins.\n');
    const { readUpgradeFacts } = await import('../../core/upgrade/readUpgradeFacts.ts');
    const { upgradePlan } = await import('../../core/upgrade/upgradePlan.ts');
    const force = input.flag('force');
    const wish = { direction: input.flag('rollback') ? 'back' : 'up', to: input.text('to') } as const;
    const facts = await readUpgradeFacts(services.session, name, wish);
    const judged = upgradePlan(facts, { ...wish, force, now: services.clock.now() });
    const { surgeWarnings } = await import('../../core/upgrade/surgeWarnings.ts');
    const short = judged.refusals.length > 0 ? [] : await surgeWarnings(judged, services);
    const plan = { ...judged, warnings: [...judged.warnings, ...short] };
    const usual = plan.steps.length === 0 ? undefined : upgradeTime(plan);
    const [refused] = plan.refusals;
    if (input.flag('dry-run')) {
      io.out(
        input.flag('json')
          ? `${JSON.stringify({ ...plan, usualSeconds: usual })}\n`
          : fitText(io, upgradeText(plan, usual)),
      );
      return refused ? exitCode.failed : exitCode.done;
    }
    if (refused && input.flag('json'))
      throw new PrivateEksError('upgrade-refused', refused.message, { fix: refused.fix });
    io.err(fitText(io, upgradeText(plan, usual)));
    if (refused) return exitCode.failed;
    if (plan.steps.length === 0) {
      if (input.flag('json')) io.out(await nothing(plan, services));
      return exitCode.done;
    }
    if (!(await confirmed(plan, usual, input))) return exitCode.cancelled;
    return attend(await startUpgrade(plan, services, { force, specPath, ...(runId === undefined ? {} : { runId }) }));
  },
};

async function nothing({ cluster, to }: UpgradePlan, { session }: RunServices): Promise<string> {
  const { accountId } = await callerIdentity(session);
  const message = `Nothing to do: control plane, add-ons and nodes are at ${to}.`;
  return nothingToChange({ cluster, region: session.region, accountId }, message);
}

async function confirmed(
  { cluster, from, to }: UpgradePlan,
  usual: UsualSeconds | undefined,
  input: CommandInput,
): Promise<boolean> {
  const { io } = input;
  if (input.flag('yes')) return true;
  if (!io.isTerminal) throw new UsageError('An upgrade needs --yes where nobody can be asked.');
  const time = usual ? ` It usually takes ${usualTimeText(usual)}.` : '';
  const answer = await io.ask(`Take ${cluster} from ${from} to ${to}?${time} Type yes to go on: `);
  if (answer.trim() === 'yes') return true;
  io.err('Nothing was changed.\n');
  return false;
}

/** File and cluster are to agree. Where no file is named, the run's end says so. */
async function writeVersion({ to }: UpgradePlan, file: string, input: CommandInput): Promise<void> {
  const { setSpecValue } = await import('../../core/spec/editSpec.ts');
  await writeFile(file, setSpecValue(await readFile(file, 'utf8'), 'version', to));
  input.io.err(`${file} says version "${to}" now.\n`);
}

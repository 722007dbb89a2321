import type { AwsSession } from '../../core/aws/awsSession.ts';
import type { BastionArchitecture } from '../../core/templates/bastionStack.ts';
import { leftovers, type BastionsOfVpc } from '../../core/tunnel/bastion/bastion.ts';
import { extendBastion, retireOlder } from '../../core/tunnel/bastion/extendBastion.ts';
import { listBastions } from '../../core/tunnel/bastion/listBastions.ts';
import { startBastion } from '../../core/tunnel/bastion/startBastion.ts';
import { stopBastion } from '../../core/tunnel/bastion/stopBastion.ts';
import { sweepBastions } from '../../core/tunnel/bastion/sweepBastions.ts';
import { describeClusterAccess } from '../../core/tunnel/route/clusterAccess.ts';
import type { RunServices } from '../../core/run/runProcess.ts';
import { awsOptions, exitCode, jsonOption, UsageError, type Command, type CommandInput } from '../command.ts';
import { openServices } from '../openServices.ts';
import { parseTtlSeconds } from '../parseTtl.ts';
import { textTable } from '../textTable.ts';

const actions = { start, extend: start, stop, list, sweep } as const;

export const bastion: Command = {
  name: 'bastion',
  summary: 'Starts, stops and lists bastions: Fargate tasks that Session Manager reaches; sweeps what is left of them',
  positionals: ['action'],
  optionalPositionals: ['name'],
  options: {
    vpc: { type: 'string', value: 'VPC', help: 'A VPC instead of a cluster’s name: stop, list, sweep' },
    task: { type: 'string', value: 'ARN', help: 'stop: this task alone' },
    ttl: { type: 'string', value: 'TIME', help: 'start, extend: how long it lives at most, 8h or 90m; default 8h' },
    image: { type: 'string', value: 'IMAGE', help: 'start: an image with sh and sleep; default AWS’s own in ECR' },
    architecture: { type: 'string', value: 'NAME', help: 'start: X86_64 or ARM64; default X86_64' },
    'clean-up': {
      type: 'string',
      value: 'SCHEDULE',
      help: 'start: also stop all of the VPC by a schedule in UTC, such as "cron(0 20 * * ? *)"; default never',
    },
    'stop-running': { type: 'boolean', help: 'sweep: also what somebody may be using' },
    ...awsOptions,
    ...jsonOption,
  },
  details: [
    'ACTION is start, extend, stop, list or sweep. A bastion has no public address, no inbound rule and no key. It ends by itself when its time is over, on AWS’s side. All who may use the VPC’s bastions share one.',
    'start joins a running one; extend starts one beside it that lives longer, as a task’s time cannot be changed; the old one is stopped if nobody goes through it, else tunnels move when it ends. The first of a VPC makes a stack, at no cost. stop takes the rule away with the last task. list without NAME shows those of the region. sweep removes rules and stacks that nobody uses.',
  ],
  run: async input => {
    const [action = ''] = input.positionals;
    if (!Object.hasOwn(actions, action))
      throw new UsageError(`"${action}" is not one of ${Object.keys(actions).join(', ')}.`);
    const services = await openServices(input);
    const cancel = new AbortController();
    const stopListening = input.io.onInterrupt(() => cancel.abort());
    try {
      return await actions[action as keyof typeof actions](input, services, cancel.signal);
    } catch (error) {
      if (!cancel.signal.aborted) throw error;
      input.io.err('Cancelled. What was begun here has been told to stop.\n');
      return exitCode.cancelled;
    } finally {
      stopListening();
    }
  },
};

type Act = (input: CommandInput, services: RunServices, signal: AbortSignal) => Promise<number>;

async function start(...[input, { session, clock }, signal]: Parameters<Act>): Promise<number> {
  const [, name] = input.positionals;
  if (name === undefined) throw new UsageError('NAME of a cluster is missing.');
  const cluster = await describeClusterAccess(session, name, signal);
  const isExtended = input.positionals[0] === 'extend';
  const begin = isExtended ? extendBastion : startBastion;
  const ready = await begin(
    { session, clock },
    {
      cluster,
      ttlSeconds: parseTtlSeconds(input.text('ttl')),
      image: input.text('image'),
      architecture: architectureOf(input.text('architecture')),
      cleanUp: input.text('clean-up'),
      onProgress: ({ text }) => input.io.err(`${text}\n`),
    },
    signal,
  );
  const retired = isExtended ? await retireOlder({ session, clock }, ready, signal) : [];
  const replaced = retired.map(({ bastion: { taskArn, expiresAt }, stopped, why }) => ({
    ...{ taskArn, stopped, why },
    ...(stopped ? {} : { expiresAt }),
  }));
  for (const old of replaced)
    input.io.err(`${old.taskArn} ${old.stopped ? 'is stopped' : 'runs on until its time is over'}: ${old.why}.\n`);
  input.io.out(
    input.flag('json')
      ? `${JSON.stringify(isExtended ? { ...ready, replaced } : ready)}\n`
      : `${ready.target ?? ''}\nEnds by itself at ${new Date(ready.expiresAt).toISOString()}; about ${ready.hourlyUsd} USD an hour.\n`,
  );
  return exitCode.done;
}

async function stop(...[input, { session }, signal]: Parameters<Act>): Promise<number> {
  const vpcId = await vpcOf(input, session, signal);
  if (vpcId === undefined) throw new UsageError('NAME of a cluster is missing, or --vpc.');
  const stopped = await stopBastion({ session }, { vpcId, taskArn: input.text('task') }, signal);
  input.io.out(
    input.flag('json')
      ? `${JSON.stringify(stopped)}\n`
      : [
          ...stopped.tasks.map(task => `stopped ${task}\n`),
          ...stopped.rules.map(({ ruleId, groupId }) => `removed rule ${ruleId} of ${groupId}\n`),
        ].join('') || 'No bastion runs there.\n',
  );
  return exitCode.done;
}

async function list(...[input, { session }, signal]: Parameters<Act>): Promise<number> {
  const found = await listBastions({ session }, { vpcId: await vpcOf(input, session, signal) }, signal);
  input.io.out(input.flag('json') ? `${JSON.stringify(found)}\n` : listText(found));
  return exitCode.done;
}

async function sweep(...[input, { session, clock }, signal]: Parameters<Act>): Promise<number> {
  const vpcId = await vpcOf(input, session, signal);
  const onProgress = (text: string) => input.io.err(`${text}\n`);
  const request = { vpcId, stopRunning: input.flag('stop-running'), onProgress };
  const swept = await sweepBastions({ session, clock }, request, signal);
  const lines = [...swept.removed.map(what => `removed ${what}\n`), ...swept.kept.map(what => `kept ${what}\n`)];
  input.io.out(input.flag('json') ? `${JSON.stringify(swept)}\n` : lines.join('') || 'Nothing was left.\n');
  return exitCode.done;
}

async function vpcOf(input: CommandInput, session: AwsSession, signal: AbortSignal): Promise<string | undefined> {
  const [, name] = input.positionals;
  const vpc = input.text('vpc');
  if (vpc !== undefined && !/^vpc-[0-9a-f]{8,17}$/.test(vpc)) throw new UsageError(`"${vpc}" is not a VPC’s id.`);
  if (vpc !== undefined && name !== undefined) throw new UsageError('Either NAME or --vpc.');
  return vpc ?? (name === undefined ? undefined : (await describeClusterAccess(session, name, signal)).vpcId);
}

function architectureOf(text: string | undefined): BastionArchitecture | undefined {
  if (text === undefined || text === 'X86_64' || text === 'ARM64') return text;
  throw new UsageError(`--architecture is X86_64 or ARM64, not "${text}".`);
}

export function listText(vpcs: readonly BastionsOfVpc[]): string {
  const rows = vpcs.flatMap(({ vpcId, bastions }) =>
    bastions.map(({ taskArn, state, owner, expiresAt, hourlyUsd }) => [
      vpcId,
      taskArn.split('/').at(-1) ?? '',
      state,
      owner.split('/').at(-1) ?? '',
      new Date(expiresAt).toISOString(),
      `${hourlyUsd} USD/h`,
    ]),
  );
  const left = vpcs.flatMap(leftovers);
  return [
    rows.length > 0 ? textTable(['VPC', 'TASK', 'STATE', 'OWNER', 'ENDS', 'COST'], rows) : 'No bastion runs.\n',
    ...(left.length > 0
      ? [`\nLeft over, at no cost; “private-eks bastion sweep” removes it:\n`, ...left.map(what => `  ${what}\n`)]
      : []),
  ].join('');
}

import {
  bastionPowers,
  tunnelPolicies,
  type BastionPower,
  type TunnelPolicies,
} from '../../core/access/tunnelPolicies.ts';
import { callerIdentity } from '../../core/aws/identity.ts';
import { resolveBastionImage } from '../../core/tunnel/bastion/resolveBastionImage.ts';
import { describeClusterAccess } from '../../core/tunnel/route/clusterAccess.ts';
import { awsOptions, exitCode, UsageError, type Command, type CommandInput } from '../command.ts';
import { openServices } from '../openServices.ts';
import { fileOption, readSpecFile } from '../readSpecFile.ts';

const documents = {
  user: 'user',
  task: 'bastionTask',
  execution: 'bastionExecution',
} as const satisfies Record<string, keyof TunnelPolicies>;

export const policy: Command = {
  name: 'policy',
  summary: 'Writes IAM policies: what a tunnel or a run needs and nothing more; or what keeps all clusters private',
  positionals: ['subject'],
  optionalPositionals: ['name'],
  options: {
    file: { ...fileOption.file, required: false },
    principal: { type: 'string', value: 'ARN', help: 'Run: role or user that is to have the policy; default any' },
    for: { type: 'string', value: 'WHOM', help: 'One policy alone: user, task or execution; default all three' },
    bastion: { type: 'string', value: 'POWER', help: `User: ${bastionPowers.join(', ')}; default create` },
    'no-instances': { type: 'boolean', help: 'User: not through the cluster’s nodes' },
    document: { type: 'string', value: 'NAME', help: 'A session document of this account instead of AWS’s' },
    image: { type: 'string', value: 'IMAGE', help: 'The bastion’s image; default AWS’s own in ECR' },
    ...awsOptions,
  },
  details: [
    'SUBJECT is tunnel, with the cluster’s NAME; run, with -f FILE; or guardrail.',
    'tunnel: prints JSON: for whoever connects, for the bastion’s task, for ECS when it starts it. The last two are in the bastion’s stack already.',
    'POWER: use a running bastion, start tasks of a stack that is there, or create the stack, too; each includes the one before.',
    'run: prints a list of policies, each short enough for a managed policy, for whoever creates, updates, upgrades, looks over and deletes the cluster of the spec. Calls nothing, unless --profile is given, whose caller then is to have it.',
    'guardrail: prints a service control policy for whoever looks after the organization: no public endpoint, access entries alone, no hidden administrator, no way out of VPCs that were made here. With -f FILE the spec’s egress and support hold, too. Calls nothing.',
  ],
  run: async input => {
    const [subject, name = ''] = input.positionals;
    refuseOthers(input, subject, name);
    if (subject === 'run') return runPolicies(input);
    if (subject === 'guardrail') return guardrail(input);
    if (subject !== 'tunnel')
      throw new UsageError(`There are policies for tunnel, run and guardrail, not for "${subject ?? ''}".`);
    if (name === '') throw new UsageError('Which cluster? private-eks policy tunnel NAME');
    const whom = input.text('for');
    if (whom !== undefined && !Object.hasOwn(documents, whom))
      throw new UsageError(`--for is ${Object.keys(documents).join(', ')}, not "${whom}".`);
    const bastion = bastionPower(input.text('bastion'));
    const { session } = await openServices(input);
    const [{ accountId, partition }, cluster] = await Promise.all([
      callerIdentity(session),
      describeClusterAccess(session, name),
    ]);
    const policies = tunnelPolicies({
      partition,
      region: session.region,
      accountId,
      cluster: name,
      vpcId: cluster.vpcId,
      clusterSecurityGroupId: cluster.network.clusterSecurityGroupId || undefined,
      document: input.text('document'),
      image: input.text('image') ?? (await resolveBastionImage(session, partition)),
      viaInstances: !input.flag('no-instances'),
      ...(bastion === undefined ? {} : { bastion }),
    });
    const chosen = whom === undefined ? policies : policies[documents[whom as keyof typeof documents]];
    input.io.out(`${JSON.stringify(chosen, null, 2)}\n`);
    return exitCode.done;
  },
};

/** Options that a subject has beside profile and region; what is said for another one would be passed over in silence. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  tunnel: ['for', 'bastion', 'no-instances', 'document', 'image'],
  run: ['file', 'principal'],
  guardrail: ['file'],
};

function refuseOthers(input: CommandInput, subject: string | undefined, name: string): void {
  const own = subject === undefined || !Object.hasOwn(optionsOf, subject) ? undefined : optionsOf[subject];
  if (!own) return;
  const isGiven = (option: string) => input.text(option) !== undefined || input.flag(option);
  const other = Object.values(optionsOf)
    .flat()
    .find(option => !own.includes(option) && isGiven(option));
  if (other !== undefined) throw new UsageError(`--${other} means nothing for policy ${subject}.`);
  if (name !== '' && subject !== 'tunnel') throw new UsageError(`"${name}" means nothing for policy ${subject}.`);
}

function bastionPower(text: string | undefined): BastionPower | undefined {
  if (text === undefined) return undefined;
  const power = bastionPowers.find(known => known === text);
  if (!power) throw new UsageError(`--bastion is ${bastionPowers.join(', ')}, not "${text}".`);
  return power;
}

async function runPolicies(input: CommandInput): Promise<number> {
  const read = await readSpecFile(input);
  const { spec } = read;
  const { buildPlan } = await import('../../core/plan/buildPlan.ts');
  const { runPolicy } = await import('../../core/access/runPolicy.ts');
  const { readAccountFacts } = await import('../../core/aws/accountFacts.ts');
  const principal = input.text('principal');
  if (principal !== undefined && !/^arn:aws[\w-]*:iam::\d{12}:(role|user)\/./.test(principal))
    throw new UsageError(`--principal is the ARN of a role or user, not "${principal}".`);
  const facts =
    input.text('profile') === undefined
      ? undefined
      : await readAccountFacts((await openServices(input, spec.region)).session, { spec });
  input.io.out(`${JSON.stringify(runPolicy(buildPlan(spec, facts), principal), null, 2)}\n`);
  return exitCode.done;
}

async function guardrail(input: CommandInput): Promise<number> {
  const { guardrailPolicy } = await import('../../core/access/guardrail.ts');
  if (input.text('file') === undefined) {
    input.io.out(`${JSON.stringify(guardrailPolicy(), null, 2)}\n`);
    return exitCode.done;
  }
  const read = await readSpecFile(input);
  input.io.out(`${JSON.stringify(guardrailPolicy(read.spec), null, 2)}\n`);
  return exitCode.done;
}

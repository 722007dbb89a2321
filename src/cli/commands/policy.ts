import {
  bastionPowers,
  tunnelPolicies,
  type BastionPower,
  type TunnelPolicies,
} from '../../core/access/tunnelPolicies.ts';
import { callerIdentity } from '../../core/aws/identity.ts';
import { resolveBastionImage } from '../../core/tunnel/bastion/resolveBastionImage.ts';
import { describeClusterAccess } from '../../core/tunnel/route/clusterAccess.ts';
import { awsOptions, exitCode, UsageError, type Command } from '../command.ts';
import { openServices } from '../openServices.ts';

const documents = {
  user: 'user',
  task: 'bastionTask',
  execution: 'bastionExecution',
} as const satisfies Record<string, keyof TunnelPolicies>;

export const policy: Command = {
  name: 'policy',
  summary: 'Writes the IAM policies that a tunnel to a cluster needs, and nothing more',
  positionals: ['subject', 'name'],
  options: {
    for: { type: 'string', value: 'WHOM', help: 'One policy alone: user, task or execution; default all three' },
    bastion: { type: 'string', value: 'POWER', help: `User: ${bastionPowers.join(', ')}; default create` },
    'no-instances': { type: 'boolean', help: 'User: not through the cluster’s nodes' },
    document: { type: 'string', value: 'NAME', help: 'A session document of this account instead of AWS’s' },
    image: { type: 'string', value: 'IMAGE', help: 'The bastion’s image; default AWS’s own in ECR' },
    ...awsOptions,
  },
  details: [
    'SUBJECT is tunnel. Prints JSON: for whoever connects, for the bastion’s task, for ECS when it starts it. The last two are in the bastion’s stack already.',
    'POWER: use a running bastion, start tasks of a stack that is there, or create the stack, too; each includes the one before.',
  ],
  run: async input => {
    const [subject, name = ''] = input.positionals;
    if (subject !== 'tunnel') throw new UsageError(`There are policies for tunnel, not for "${subject ?? ''}".`);
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

function bastionPower(text: string | undefined): BastionPower | undefined {
  if (text === undefined) return undefined;
  const power = bastionPowers.find(known => known === text);
  if (!power) throw new UsageError(`--bastion is ${bastionPowers.join(', ')}, not "${text}".`);
  return power;
}

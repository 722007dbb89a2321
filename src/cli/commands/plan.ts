import { awsOptions, exitCode, jsonOption, UsageError, type Command, type CommandInput } from '../command.ts';
import type { AccountFacts, Plan } from '../../core/plan/plan.ts';
import type { PreflightFinding } from '../../core/preflight/preflightFinding.ts';
import type { ClusterSpec } from '../../core/spec/clusterSpec.ts';
import { fitText } from '../fitText.ts';
import { openServices } from '../openServices.ts';
import { fileOption, readSpecFile } from '../readSpecFile.ts';
import { planText } from '../planText.ts';
import { preflightText } from '../preflightText.ts';
import { writeFiles, writeOne } from '../writeFiles.ts';

export const plan: Command = {
  name: 'plan',
  summary: 'Shows what a spec would make: stacks, endpoints with reasons, time and cost',
  positionals: [],
  options: {
    ...fileOption,
    account: { type: 'boolean', help: 'Look at the account: an existing VPC, zones, versions (calls only read)' },
    preflight: { type: 'boolean', help: 'And everything that would stop its run, as “private-eks preflight” tells it' },
    profile: awsOptions.profile,
    saved: { type: 'string', value: 'DIR', help: 'Look at saved answers of `aws ec2 describe-…` instead' },
    out: { type: 'string', value: 'DIR', help: 'Write every template, and a deploy.sh, into DIR' },
    ticket: { type: 'string', value: 'FILE', help: 'Write what a network team has to do into FILE, as Markdown' },
    ...jsonOption,
  },
  details: [
    'Needs no credentials and calls nothing, unless --account, --preflight or --profile is given. Zones and the administrator stay open until a run begins; the warnings say so.',
    'An existing VPC (network.vpc) is judged with --account, --profile or --saved alone: each defect is named with its resource. With one that would stop a run the command ends with 1.',
    '--saved: JSON files of any name, each what one of these commands prints: describe-vpcs, describe-vpc-attribute, describe-dhcp-options, describe-subnets, describe-route-tables, describe-network-acls, describe-vpc-endpoints, describe-security-groups, describe-prefix-lists. What is missing is told as unknown.',
    'Problems of the spec are printed as FILE:LINE:COLUMN, and the command then ends with 2.',
  ],
  run: async input => {
    const { io } = input;
    const read = await readSpecFile(input);
    const { buildPlan } = await import('../../core/plan/buildPlan.ts');
    const built = buildPlan(read.spec, await lookedAt(input, read.spec));
    const out = input.text('out');
    if (out !== undefined) {
      const { planFiles } = await import('../../core/plan/planFiles.ts');
      await writeFiles(out, planFiles(built));
      io.err(`Templates and deploy.sh are in ${out}.\n`);
    }
    const ticket = input.text('ticket');
    if (ticket !== undefined) {
      const { networkTicket } = await import('../../core/network/networkTicket.ts');
      await writeOne(ticket, networkTicket(built));
      io.err(`The network team’s ticket is in ${ticket}.\n`);
    }
    const found = input.flag('preflight') ? await stops(input, built) : undefined;
    io.out(
      input.flag('json')
        ? `${JSON.stringify(found ? { ...built, preflight: found } : built)}\n`
        : fitText(io, planText(built)),
    );
    if (found) {
      if (!input.flag('json')) io.out(fitText(io, `\n${preflightText(found, built.spec.name)}`));
      return found.some(({ severity }) => severity === 'error') ? exitCode.failed : exitCode.done;
    }
    const { blockingFindings } = await import('../../core/network/blockingFindings.ts');
    return blockingFindings(built).length > 0 ? exitCode.failed : exitCode.done;
  },
};

async function stops(input: CommandInput, built: Plan): Promise<PreflightFinding[]> {
  const { session, speed } = await openServices(input, built.spec.region);
  try {
    const { preflight } = await import('../../core/preflight/preflight.ts');
    return await preflight(built, { session }, speed);
  } finally {
    session.dispose();
  }
}

/** The account as the options have it looked at; undefined: not at all. */
export async function lookedAt(input: CommandInput, spec: ClusterSpec): Promise<AccountFacts | undefined> {
  const saved = input.text('saved');
  const online = input.flag('account') || input.flag('preflight') || input.text('profile') !== undefined;
  if (saved !== undefined) {
    if (online || input.text('out') !== undefined)
      throw new UsageError('--saved judges the network alone: leave --account, --profile and --out away.');
    const { readSavedAccount } = await import('../../core/network/readSavedAccount.ts');
    return readSavedAccount(saved, spec);
  }
  if (!online) return undefined;
  const { session } = await openServices(input, spec.region);
  try {
    const { readAccountFacts } = await import('../../core/aws/accountFacts.ts');
    return await readAccountFacts(session, { spec });
  } finally {
    session.dispose();
  }
}

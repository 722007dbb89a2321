import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Cluster } from '@aws-sdk/client-eks';
import type { AwsSession } from '../../aws/awsSession.ts';
import { signalOption } from '../../aws/identity.ts';
import type { MoreNodeFacts } from '../nodeFacts.ts';

/** Consoles of so many instances are read: one is enough, two show that it is not one machine's own trouble. */
const consoles = 2;

export async function consolesOf(session: AwsSession, instanceIds: readonly string[], signal?: AbortSignal) {
  const { GetConsoleOutputCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  const read = instanceIds.slice(0, consoles).map(async InstanceId => {
    const { Output } = await ec2.send(new GetConsoleOutputCommand({ InstanceId }), signalOption(signal));
    return { instanceId: InstanceId, text: Buffer.from(Output ?? '', 'base64').toString('utf8') };
  });
  return (await Promise.all(read)).filter(({ text }) => text !== '');
}

export async function launchTemplateData(
  session: AwsSession,
  template: { readonly id?: string | undefined; readonly version?: string | undefined },
  signal?: AbortSignal,
): Promise<ResponseLaunchTemplateData | undefined> {
  if (template.id === undefined) return undefined;
  const { DescribeLaunchTemplateVersionsCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  const input = { LaunchTemplateId: template.id, Versions: [template.version ?? '$Default'] };
  const answer = await ec2.send(new DescribeLaunchTemplateVersionsCommand(input), signalOption(signal));
  return answer.LaunchTemplateVersions?.[0]?.LaunchTemplateData;
}

/** What user data says about the cluster: a NodeConfig in MIME or bare, or Bottlerocket's TOML. */
export function readUserData(base64: string | undefined): NonNullable<MoreNodeFacts['userData']> {
  if (!base64) return { format: 'none' };
  const text = Buffer.from(base64, 'base64').toString('utf8');
  const value = (pattern: RegExp) =>
    pattern
      .exec(text)?.[1]
      ?.trim()
      .replace(/^["']|["']$/g, '');
  const found = (members: Readonly<Record<string, string | undefined>>) =>
    Object.fromEntries(Object.entries(members).filter(([, item]) => item !== undefined));
  if (/kind:\s*NodeConfig/.test(text)) {
    // The cluster's own part may be left out where EKS adds it.
    const part = /\n\s*cluster:\s*\n([\s\S]*?)(?=\n\s{0,2}\w|\n--|$)/.exec(text)?.[1] ?? text;
    const inPart = (key: string) => new RegExp(`\\b${key}:\\s*(\\S+)`).exec(part)?.[1]?.replace(/^["']|["']$/g, '');
    return {
      format: 'nodeadm',
      ...found({
        cluster: inPart('name'),
        apiServer: inPart('apiServerEndpoint'),
        certificateAuthority: inPart('certificateAuthority'),
        serviceCidr: inPart('cidr'),
      }),
    };
  }
  if (/\[settings\.kubernetes\]/.test(text) || /settings\.kubernetes/.test(text))
    return {
      format: 'bottlerocket',
      ...found({
        cluster: value(/^\s*"?cluster-name"?\s*=\s*(.+)$/m),
        apiServer: value(/^\s*"?api-server"?\s*=\s*(.+)$/m),
        certificateAuthority: value(/^\s*"?cluster-certificate"?\s*=\s*(.+)$/m),
      }),
    };
  return { format: 'other' };
}

export function clusterFactsOf(cluster: Cluster | undefined): NonNullable<MoreNodeFacts['clusterFacts']> {
  return {
    endpoint: cluster?.endpoint ?? '',
    certificateAuthority: cluster?.certificateAuthority?.data ?? '',
    serviceCidr: cluster?.kubernetesNetworkConfig?.serviceIpv4Cidr ?? '',
    version: cluster?.version ?? '',
  };
}

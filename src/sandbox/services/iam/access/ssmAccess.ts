import type * as Sdk from '@aws-sdk/client-ssm';
import { portSessions } from '../../../agent/portSession.ts';
import type { CallContext } from '../../../kernel/account.ts';
import { userIdOf } from '../principalPolicies.ts';
import { arnOf, asks, resourceTags, rowsFor, type AccessTable, type Asked } from './asked.ts';
import { ec2Thing } from './ec2Access.ts';
import { onTask } from './ecsAccess.ts';

/** The target and the document are asked for one by one. */
function startSession({ Target = '', DocumentName }: Sdk.StartSessionRequest, context: CallContext): Asked[] {
  const action = 'ssm:StartSession';
  const { account, region } = context;
  const name = DocumentName ?? 'SSM-SessionManagerRunShell';
  const owner = name.startsWith('AWS-') ? '' : account.accountId;
  return [
    { action, ...sessionTarget(Target, context) },
    { action, resource: `arn:${account.partition}:ssm:${region}:${owner}:document/${name}` },
  ];
}

function sessionTarget(target: string, context: CallContext): Omit<Asked, 'action'> {
  const check = { 'ssm:sessiondocumentaccesscheck': ['true'] };
  if (target.startsWith('mi-')) return { resource: arnOf('ssm', `managed-instance/${target}`, context), keys: check };
  const [, cluster, task] = /^ecs:(.+)_([^_]+)_[^_]+$/.exec(target) ?? [];
  const { resource, keys } = task === undefined ? ec2Thing(target, context) : onTask('', cluster, task, context);
  const own = Object.entries(keys).map(([key, value]) => [key.replace(/^(ec2|ecs):(?=resourcetag)/, 'ssm:'), value]);
  return { resource, keys: { ...keys, ...(Object.fromEntries(own) as typeof keys), ...check } };
}

/** By the tags that Session Manager itself puts on a session a role's own ones are known. */
const onSession = (operation: string) =>
  asks<Sdk.ResumeSessionRequest>(({ SessionId = '' }, context) => {
    const session = portSessions(context.account).get(SessionId);
    const tags = session && [
      { Key: 'aws:ssmmessages:session-id', Value: userIdOf(session.owner, context.account) },
      { Key: 'aws:ssmmessages:target-id', Value: session.target },
    ];
    return {
      action: `ssm:${operation}`,
      resource: arnOf('ssm', `session/${SessionId}`, context),
      keys: resourceTags('ssm', tags),
    };
  });

/** AWS's own parameters belong to no account. */
const onParameters = (operation: string) =>
  asks<{ Name?: string; Names?: readonly string[] }>(({ Name, Names = [Name ?? ''] }, { account, region }) =>
    Names.map(name => {
      const owner = name.startsWith('/aws/') ? '' : account.accountId;
      const resource = `arn:${account.partition}:ssm:${region}:${owner}:parameter/${name.replace(/^\//, '')}`;
      return { action: `ssm:${operation}`, resource };
    }),
  );

export const ssmAccess: AccessTable = {
  StartSession: asks(startSession),
  ...rowsFor('GetParameter GetParameters', onParameters),
  ...rowsFor('ResumeSession TerminateSession', onSession),
  ...rowsFor('DescribeInstanceInformation DescribeSessions', operation =>
    asks((_input, context) => ({ action: `ssm:${operation}`, resource: arnOf('ssm', '*', context) })),
  ),
};

/** The data channel's socket, where it is signed. */
export const ssmMessagesAccess: AccessTable = {
  OpenDataChannel: asks<Sdk.ResumeSessionRequest>(({ SessionId = '' }, context) => ({
    action: 'ssmmessages:OpenDataChannel',
    resource: arnOf('ssm', `session/${SessionId}`, context),
  })),
};

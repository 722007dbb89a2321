import { randomBytes } from 'node:crypto';
import type {
  DescribeInstanceInformationResult,
  ResumeSessionRequest,
  ResumeSessionResponse,
  StartSessionRequest,
  StartSessionResponse,
  TerminateSessionRequest,
  TerminateSessionResponse,
} from '@aws-sdk/client-ssm';
import { requireFound, type Account, type CallContext, type Operation } from '../kernel/account.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { connectedTask } from '../services/ecs/execAgent.ts';
import { gateways } from './channelGateway.ts';
import { describeSessions } from './describeSessions.ts';
import { portSessions, type PortSession } from './portSession.ts';

const remoteHostDocument = 'AWS-StartPortForwardingSessionToRemoteHost';

function startSession(input: StartSessionRequest, context: CallContext): StartSessionResponse {
  const target = input.Target ?? '';
  if (!/^(i-[0-9a-f]{8,17}|mi-[0-9a-f]{17}|ecs:.+)$/.test(target))
    throw new AwsError('TargetNotConnected', `${target} is not connected.`);
  if (input.DocumentName === undefined) throw notImplemented('ssm:StartSession without a document (a shell)');
  if (input.DocumentName !== remoteHostDocument) {
    if (/^AWS-Start(PortForwarding|SSH)Session$/.test(input.DocumentName))
      throw notImplemented(`document ${input.DocumentName}`);
    throw new AwsError('InvalidDocument', `Document with name ${input.DocumentName} does not exist.`);
  }
  const host = parameter(input, 'host');
  const portNumber = parameter(input, 'portNumber', '80');
  if (!host) throw new AwsError('InvalidParameters', `Parameters: ["host"] must be provided`);
  if (!isConnected(target, context)) throw new AwsError('TargetNotConnected', `${target} is not connected.`);
  const name = context.principal.arn.split('/').at(-1) ?? 'session';
  const session: PortSession = {
    sessionId: `${name}-${randomBytes(13).toString('hex')}`.slice(-96),
    region: context.region,
    target,
    host,
    portNumber,
    owner: context.principal.arn,
    status: 'connected',
    token: undefined,
    cell: '',
  };
  portSessions(context.account).set(session.sessionId, session);
  return grant(session, context.account);
}

function resumeSession(input: ResumeSessionRequest, context: CallContext): ResumeSessionResponse {
  const session = ownSession(input.SessionId, context);
  // The service answers for an ended session without a token.
  if (session.status === 'terminated') return { SessionId: session.sessionId };
  return grant(session, context.account);
}

function terminateSession(input: TerminateSessionRequest, context: CallContext): TerminateSessionResponse {
  const session = ownSession(input.SessionId, context);
  session.status = 'terminated';
  gateways
    .get(context.account)
    ?.terminate(session.sessionId, `Session ${session.sessionId} was terminated by ${session.owner}`);
  return { SessionId: session.sessionId };
}

/** The session half of SSM. */
export const sessionOperations: Readonly<Record<string, Operation>> = {
  StartSession: startSession,
  ResumeSession: resumeSession,
  TerminateSession: terminateSession,
  DescribeSessions: describeSessions,
};

function grant(session: PortSession, account: Account): StartSessionResponse {
  if (account.publicUrl === undefined) throw notImplemented('a data channel of an account that is not served');
  const streamBase = account.publicUrl.replace(/^http/, 'ws');
  session.token = randomBytes(48).toString('base64');
  // As on AWS: base64 with "+" and "/" left as they are.
  session.cell = `${randomBytes(9).toString('base64')}+/${randomBytes(3).toString('base64')}`;
  const query = `role=publish_subscribe&cell-number=${session.cell}`;
  const StreamUrl = `${streamBase}/v1/data-channel/${session.sessionId}?${query}`;
  return { SessionId: session.sessionId, TokenValue: session.token, StreamUrl };
}

function ownSession(id: string | undefined, context: CallContext): PortSession {
  const session = portSessions(context.account).get(id);
  const own = session?.owner === context.principal.arn && session.region === context.region ? session : undefined;
  return requireFound(own, 'DoesNotExistException', `Session ${id ?? ''} does not exist`);
}

function isConnected(target: string, context: CallContext): boolean {
  if (target.startsWith('ecs:')) return connectedTask(context, target) !== undefined;
  const input = { Filters: [{ Key: 'InstanceIds', Values: [target] }] };
  const ssm = context.account.serviceContext(context.region, 'ssm.amazonaws.com');
  const found = context.account.call<DescribeInstanceInformationResult>(
    ssm,
    'ssm',
    'DescribeInstanceInformation',
    input,
  );
  return found.InstanceInformationList?.[0]?.PingStatus === 'Online';
}

function parameter(input: StartSessionRequest, name: string, fallback = ''): string {
  return input.Parameters?.[name]?.[0] ?? fallback;
}

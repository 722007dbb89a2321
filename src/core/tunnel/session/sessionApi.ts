import type { AwsSession } from '../../aws/awsSession.ts';
import { toPrivateEksError } from '../../aws/errors.ts';
import { PrivateEksError } from '../../errors.ts';
import type { SessionGrant } from '../channel/dataChannel.ts';

/** Where a session ends: an SSM-managed instance, and the host and port it dials from inside the VPC. */
export interface ForwardTarget {
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
}

export interface SessionApi {
  start(target: ForwardTarget, reason: string, signal: AbortSignal): Promise<SessionGrant>;
  /** `undefined`: the session is gone, start another. */
  resume(sessionId: string, signal: AbortSignal): Promise<SessionGrant | undefined>;
  terminate(sessionId: string): Promise<void>;
}

export const portForwardDocument = 'AWS-StartPortForwardingSessionToRemoteHost';

export function sessionApi(session: AwsSession): SessionApi {
  return {
    async start(target, reason, signal) {
      const ssm = await import('@aws-sdk/client-ssm');
      const client = await session.client('ssm');
      const command = new ssm.StartSessionCommand({
        Target: target.instanceId,
        DocumentName: portForwardDocument,
        // The local port has a meaning only for AWS's own client.
        Parameters: { host: [target.host], portNumber: [String(target.port)], localPortNumber: ['0'] },
        Reason: reason.slice(0, 256),
      });
      try {
        return requireGrant(await client.send(command, { abortSignal: signal }));
      } catch (error) {
        throw startError(error, target.instanceId);
      }
    },
    async resume(sessionId, signal) {
      const ssm = await import('@aws-sdk/client-ssm');
      const client = await session.client('ssm');
      try {
        const answer = await client.send(new ssm.ResumeSessionCommand({ SessionId: sessionId }), {
          abortSignal: signal,
        });
        // An answer without a token is how the service says that the session has ended.
        return answer.TokenValue ? requireGrant(answer) : undefined;
      } catch (error) {
        if (error instanceof Error && error.name === 'DoesNotExistException') return undefined;
        throw toPrivateEksError(error);
      }
    },
    async terminate(sessionId) {
      const ssm = await import('@aws-sdk/client-ssm');
      const client = await session.client('ssm');
      await client.send(new ssm.TerminateSessionCommand({ SessionId: sessionId })).catch((error: unknown) => {
        throw toPrivateEksError(error);
      });
    },
  };
}

interface SessionAnswer {
  readonly SessionId?: string | undefined;
  readonly StreamUrl?: string | undefined;
  readonly TokenValue?: string | undefined;
}

function requireGrant(answer: SessionAnswer): SessionGrant {
  const { SessionId: sessionId, StreamUrl: streamUrl, TokenValue: token } = answer;
  if (!sessionId || !streamUrl || !token)
    throw new PrivateEksError('session-refused', 'Session Manager answered without a session.', { retryable: true });
  return { sessionId, streamUrl, token };
}

function startError(error: unknown, instanceId: string): Error {
  if (error instanceof Error && error.name === 'TargetNotConnected')
    return new PrivateEksError('target-not-connected', `${instanceId} is not connected to Session Manager.`, {
      cause: error,
      retryable: true,
      fix: 'Its agent comes online one to three minutes after the node is Ready; it needs the ssm and ssmmessages endpoints and AmazonSSMManagedInstanceCore on the node role.',
    });
  return toPrivateEksError(error);
}

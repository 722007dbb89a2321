import type { AwsSession } from '../../aws/awsSession.ts';
import { toPrivateEksError } from '../../aws/errors.ts';
import { PrivateEksError } from '../../errors.ts';
import type { SessionGrant } from '../channel/channelOptions.ts';
import { isParameterRefusal, startError } from './sessionError.ts';

/** Where a session ends: a Session Manager target, and what it dials from inside the VPC. */
export interface ForwardTarget {
  /** `i-…`, `mi-…` or `ecs:<cluster>_<task>_<runtime id>`. */
  readonly target: string;
  /** Absent: a port of the target itself. */
  readonly host?: string;
  readonly port: number;
}

export interface SessionApi {
  start(target: ForwardTarget, reason: string, signal: AbortSignal): Promise<SessionGrant>;
  /** `undefined`: the session is gone, start another. */
  resume(sessionId: string, signal: AbortSignal): Promise<SessionGrant | undefined>;
  terminate(sessionId: string): Promise<void>;
}

export interface SessionApiOptions {
  /** An organisation's own copy of AWS's document, by name or ARN; absent: AWS's. */
  readonly documentName?: string | undefined;
}

export const remoteHostDocument = 'AWS-StartPortForwardingSessionToRemoteHost';
export const portForwardDocument = 'AWS-StartPortForwardingSession';

export function sessionApi(session: AwsSession, { documentName }: SessionApiOptions = {}): SessionApi {
  return {
    async start(target, reason, signal) {
      const ssm = await import('@aws-sdk/client-ssm');
      const client = await session.client('ssm');
      const document = documentName?.trim() || (target.host ? remoteHostDocument : portForwardDocument);
      const reasonText = reason.replace(/\s+/g, ' ').trim().slice(0, 256);
      const choices = parameterChoices(target, !document.startsWith('AWS-'));
      for (const [index, Parameters] of choices.entries()) {
        const command = new ssm.StartSessionCommand({
          Target: target.target,
          // Always said: with ssm:SessionDocumentAccessCheck a default is refused.
          DocumentName: document,
          Parameters,
          ...(reasonText ? { Reason: reasonText } : {}),
        });
        try {
          return requireGrant(await client.send(command, { abortSignal: signal }));
        } catch (error) {
          if (index < choices.length - 1 && isParameterRefusal(error)) continue;
          throw startError(error, target.target, document);
        }
      }
      throw new PrivateEksError('session-refused', 'Session Manager was not asked.');
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

/** What to ask for, in turn: an organisation's own document may fix the host or the port, and refuse what it does not name. */
function parameterChoices({ host, port }: ForwardTarget, isCustom: boolean): Record<string, string[]>[] {
  const hosts: Record<string, string[]> = host ? { host: [host] } : {};
  const ports = { portNumber: [String(port)] };
  // The local port has a meaning only for AWS's own client.
  const all = { ...hosts, ...ports, localPortNumber: ['0'] };
  return isCustom ? [all, { ...hosts, ...ports }, ...(host ? [ports, hosts] : []), {}] : [all];
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

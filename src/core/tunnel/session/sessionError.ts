import { toPrivateEksError } from '../../aws/errors.ts';
import { PrivateEksError } from '../../errors.ts';

/** AWS refuses a parameter that the document does not declare, or misses one that it does. */
export function isParameterRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'InvalidParameters') return true;
  return /^(BadRequest|ValidationException|InvalidDocument)/.test(error.name) && /parameter/i.test(error.message);
}

/** What StartSession refused, as something that a person can act on. */
export function startError(error: unknown, target: string, document: string): Error {
  if (!(error instanceof Error) || error instanceof PrivateEksError) return toPrivateEksError(error);
  const options = { cause: error };
  if (error.name === 'TargetNotConnected')
    return new PrivateEksError('target-not-connected', `${target} is not connected to Session Manager.`, {
      ...options,
      retryable: true,
      fix: howToConnect(target),
    });
  if (/doesn't support port forwarding to remote hosts/i.test(error.message))
    return new PrivateEksError('agent-too-old', `The SSM agent of ${target} is too old to forward to other hosts.`, {
      ...options,
      fix: 'Update it to 3.1.1374.0 or later, for example with AWS-UpdateSSMAgent.',
    });
  if (error.name === 'InvalidDocument' || isParameterRefusal(error))
    return new PrivateEksError('invalid-document', `${document} cannot start a session: ${oneLine(error.message)}`, {
      ...options,
      fix: 'It must be a Session document of type Port in this account and region. The setting for the document names it; without one, AWS’s own is used.',
    });
  if (/^AccessDenied/.test(error.name)) return denied(error, target, document);
  return toPrivateEksError(error);
}

function howToConnect(target: string): string {
  if (target.startsWith('ecs:'))
    return 'The task must run with ECS Exec enabled and its agent up; its role needs the four ssmmessages permissions, and its subnets a way to ssmmessages.';
  if (target.startsWith('mi-'))
    return 'Check that the SSM agent runs on that machine and that its activation has not expired.';
  return 'Its agent comes online one to three minutes after the node is Ready; it needs the ssm and ssmmessages endpoints and AmazonSSMManagedInstanceCore on the node role.';
}

/** ssm:StartSession is judged twice: on the target and, where a document is named, on the document. */
function denied(error: Error, target: string, document: string): PrivateEksError {
  const resource = /on resource:? (arn:[^\s,]+)/.exec(error.message)?.[1];
  const name = document.startsWith('arn:') ? document.slice(document.lastIndexOf('/') + 1) : document;
  const isDocument = resource?.includes(':document/') ?? false;
  const what = isDocument ? `the session document ${name}` : resource ? `the target ${target}` : `${target} or ${name}`;
  return new PrivateEksError(
    'access-denied',
    `The permission ssm:StartSession is missing on ${what}: ${oneLine(error.message)}`,
    {
      cause: error,
      fix: isDocument
        ? `Allow ssm:StartSession on ${resource ?? name} too. A policy with ssm:SessionDocumentAccessCheck asks for it on every document.`
        : 'Allow ssm:StartSession on the target; for a bastion that is the ARN of its ECS task. "Generate IAM policy" writes all that is needed.',
    },
  );
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}

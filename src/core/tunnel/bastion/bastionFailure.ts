import type { Failure, Task } from '@aws-sdk/client-ecs';
import { isCancellation, PrivateEksError } from '../../errors.ts';
import { toPrivateEksError } from '../../aws/errors.ts';
import { bastionContainer } from './bastionNames.ts';
import { missingFix, missingText, type Placement } from './bastionPlacement.ts';

interface Cause {
  readonly code: string;
  readonly matches: RegExp;
  readonly say: string;
  readonly fix: string;
  readonly retryable?: boolean;
}

/** Why RunTask refused, by AWS's words; first match wins. */
const refusals: readonly Cause[] = [
  {
    code: 'bastion-refused',
    matches: /iam:PassRole/,
    say: 'you may not give it its roles',
    fix: 'Ask for iam:PassRole on the bastion’s two roles, with iam:PassedToService ecs-tasks.amazonaws.com: “private-eks policy tunnel” writes it.',
  },
  {
    code: 'bastion-capacity',
    matches: /Capacity is unavailable|[Ii]nsufficient capacity|\bRESOURCE:/,
    say: 'Fargate has no capacity for it there now',
    fix: 'Try again in a few minutes.',
    retryable: true,
  },
  {
    code: 'bastion-quota',
    matches: /limit on the number of|vCPU.*limit|limit.*(reached|exceeded)|quota/i,
    say: 'the account’s quota for Fargate is used up',
    fix: 'Stop other Fargate tasks, or ask for a higher quota “Fargate On-Demand vCPU resource count” in Service Quotas.',
  },
  {
    code: 'bastion-role',
    matches: /unable to assume the (service linked )?role|service linked role/i,
    say: 'ECS cannot take the role that it was given',
    fix: 'IAM needs some seconds to know a new role: try again. If it stays so, sweep the bastion of this VPC and start it anew.',
    retryable: true,
  },
  {
    code: 'bastion-platform',
    matches: /PlatformTaskDefinitionIncompatib|PlatformUnknown|does not support|not supported/i,
    say: 'this region’s Fargate does not run such a task',
    fix: 'Choose the architecture X86_64.',
  },
];

/** @returns the product's error for a RunTask that failed */
export function runTaskError(error: unknown): PrivateEksError {
  if (isCancellation(error)) throw error;
  const known = toPrivateEksError(error);
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  // What is no word of ECS's own keeps its meaning: a denial, an expired sign-in, throttling.
  if (known.code !== 'aws-error' && !/iam:PassRole/.test(message)) return known;
  return refusal(`${name}: ${message}`, error) ?? known;
}

/** RunTask answers with failures instead of an error where the request was right and the task was not placed. */
export function placementError(failures: readonly Failure[]): PrivateEksError {
  const text =
    failures.map(({ reason = '', detail = '' }) => `${reason} ${detail}`.trim()).join('; ') || 'no reason given';
  return (
    refusal(text) ??
    new PrivateEksError('bastion-refused', `AWS did not start the bastion: ${text}.`, { retryable: true })
  );
}

function refusal(text: string, cause?: unknown): PrivateEksError | undefined {
  const found = refusals.find(({ matches }) => matches.test(text));
  return (
    found &&
    new PrivateEksError(found.code, `AWS did not start the bastion: ${found.say} (${quote(text)}).`, {
      fix: found.fix,
      retryable: found.retryable ?? false,
      cause,
    })
  );
}

/** Why a task ended before it was ready, by AWS's words; first match wins. */
const endings: readonly Cause[] = [
  {
    code: 'bastion-image-not-found',
    matches:
      /(CannotPull|pull).*(not found|manifest unknown|name unknown|does not exist|no matching manifest|invalid reference)/is,
    say: 'its image does not exist there, or not for its architecture',
    fix: 'Check the name and the tag of the image, and the architecture.',
  },
  {
    code: 'bastion-image-denied',
    matches: /(CannotPull|pull).*(AccessDenied|not authorized|\b40[13]\b|denied|no basic auth)/is,
    say: 'its execution role may not pull the image',
    fix: 'The repository’s policy has to allow this account to pull, and an SCP or an endpoint’s policy must not forbid it.',
  },
  {
    code: 'bastion-image-unreachable',
    matches: /CannotPull|ResourceInitializationError.*(registry|ecr|pull)/is,
    say: 'its image cannot be pulled from where it runs',
    fix: 'It needs the endpoints ecr.api, ecr.dkr and the S3 gateway in its route table, each admitting 443 from it.',
    retryable: true,
  },
  {
    code: 'bastion-image-unfit',
    matches:
      /CannotStartContainer|CannotCreateContainer|exec format error|executable file not found|exit(ed)? code:? ?(126|127)/i,
    say: 'its image has no shell that runs on this architecture',
    fix: 'Choose an image that has sh and sleep, or another architecture.',
  },
  {
    code: 'bastion-capacity',
    matches: /Capacity is unavailable|insufficient capacity/i,
    say: 'Fargate has no capacity for it there now',
    fix: 'Try again in a few minutes.',
    retryable: true,
  },
  {
    code: 'bastion-network',
    matches: /ResourceInitializationError|network interface|Timeout waiting for/i,
    say: 'its network interface or platform did not come up',
    fix: 'Try again; check that its subnets have free addresses.',
    retryable: true,
  },
];

/** @returns why a task that is `STOPPED`, or about to be, never became ready */
export function taskEndError(task: Task, placement: Placement | undefined): PrivateEksError {
  const container = task.containers?.find(({ name }) => name === bastionContainer);
  const words = [task.stoppedReason, container?.reason].filter(text => text !== undefined && text !== '');
  const exit = container?.exitCode === undefined ? '' : ` (exit code ${container.exitCode})`;
  const text = `${[...new Set(words)].join('; ') || 'no reason given'}${exit}`;
  if (task.stopCode === 'UserInitiated')
    return new PrivateEksError(
      'bastion-stopped',
      `Somebody stopped the bastion while it was starting: ${quote(text)}.`,
      {
        retryable: true,
        fix: 'Start it again.',
      },
    );
  const found = endings.find(({ matches }) => matches.test(text));
  const unreachable = found?.code === 'bastion-image-unreachable';
  const named = unreachable ? unreachableEndpoint(text, placement) : undefined;
  return new PrivateEksError(
    found?.code ?? 'bastion-ended',
    `The bastion did not start: ${named?.say ?? found?.say ?? 'its container ended at once'} (${quote(text)}).`,
    { fix: named?.fix ?? found?.fix ?? 'Choose an image that has sh and sleep.', retryable: found?.retryable ?? false },
  );
}

/** Which endpoint the words of a timed-out pull point at, where they do. */
function unreachableEndpoint(text: string, placement: Placement | undefined): { say: string; fix: string } | undefined {
  const missing = placement && missingText(placement);
  if (placement && missing)
    return { say: `its image cannot be pulled: ${missing} is missing`, fix: missingFix(placement) };
  const service = /api\.ecr\.|registry auth|GetAuthorizationToken/i.test(text)
    ? 'ecr.api'
    : /httpReadSeeker|starport-layer-bucket|\.s3[.-]/i.test(text)
      ? 's3'
      : /\.dkr[.-]ecr/i.test(text)
        ? 'ecr.dkr'
        : undefined;
  if (service === undefined) return undefined;
  return {
    say: `its image cannot be pulled: endpoint ${service} does not answer it`,
    fix:
      service === 's3'
        ? 'Add the S3 gateway endpoint to the route table of the bastion’s subnets, or open its policy.'
        : `Check that endpoint ${service} has private DNS and that its security group admits 443 from the bastion’s.`,
  };
}

/** The agent that ECS puts into the task did not start. */
export function agentError(reason: string | undefined, placement: Placement | undefined): PrivateEksError {
  const missing = placement && missingText(placement);
  return new PrivateEksError(
    'bastion-agent',
    `The bastion runs, but Session Manager’s agent in it does not${reason ? ` (${quote(reason)})` : ''}${missing ? `: ${missing} is missing` : ''}.`,
    {
      retryable: true,
      fix: missing
        ? missingFix(placement)
        : 'It needs a way to ssmmessages on 443 and its task role with the four ssmmessages channels; a service control policy may forbid them.',
    },
  );
}

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

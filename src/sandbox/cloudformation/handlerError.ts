import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';

const SERVICE_NAMES: Readonly<Record<string, string>> = {
  autoscaling: 'AutoScaling',
  cloudformation: 'CloudFormation',
  ec2: 'Ec2',
  ecs: 'Ecs',
  eks: 'Eks',
  iam: 'Iam',
  kms: 'Kms',
  logs: 'CloudWatchLogs',
  s3: 'S3',
  ssm: 'Ssm',
};

/** What a resource handler makes of a service's error code; the first pattern that fits. */
const HANDLER_ERROR_CODES: readonly (readonly [RegExp, string])[] = [
  [/Throttl|RequestLimitExceeded|TooManyRequests/, 'Throttling'],
  [/AlreadyExists|AlreadyOwned|Duplicate/, 'AlreadyExists'],
  [/NotFound|NoSuch/, 'NotFound'],
  [/LimitExceeded|QuotaExceeded|InsufficientFreeAddresses/, 'ServiceLimitExceeded'],
  [/AccessDenied|Unauthorized|NotAuthorized/, 'AccessDenied'],
  [/InUse|Conflict|DependencyViolation/, 'ResourceConflict'],
  [/Invalid|Validation|Missing|Malformed|UnsupportedAvailabilityZone/, 'InvalidRequest'],
];

export const isThrottling = (error: unknown): boolean =>
  error instanceof AwsError && HANDLER_ERROR_CODES[0]?.[0].test(error.code) === true;

/** The reason of a failed resource, in the envelope CloudFormation puts around its handlers' messages. */
export function failureReason(error: unknown, service: string | undefined, account: Account): string {
  if (!(error instanceof AwsError)) return `SandboxInternalError: ${String(error)}`;
  if (error.code === 'SandboxNotImplemented' || service === undefined) return error.message;
  const where = `Service: ${SERVICE_NAMES[service] ?? service}, Status Code: ${error.status}, Request ID: ${account.uuid()}`;
  // EKS says `ResourceInUseException` of what exists and of what is busy; only the message tells.
  const key = /already (exists|in use)/i.test(error.message) ? 'AlreadyExists' : error.code;
  const known = HANDLER_ERROR_CODES.find(([pattern]) => pattern.test(key));
  const code = known?.[1] ?? (error.status >= 500 ? 'ServiceInternalError' : 'GeneralServiceException');
  return handlerMessage(`${error.message} (${where}) (SDK Attempt Count: 1)`, code, account);
}

export const handlerMessage = (message: string, code: string, account: Account): string =>
  `Resource handler returned message: "${message}" (RequestToken: ${account.uuid()}, HandlerErrorCode: ${code})`;

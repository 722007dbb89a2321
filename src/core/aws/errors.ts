import { isCancellation, PrivateEksError, type PrivateEksErrorOptions } from '../errors.ts';

interface AwsFailure extends Error {
  readonly Code?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $fault?: 'client' | 'server';
}

/** AWS's code of an error: `AccessDenied`, `ThrottlingException`, `ResourceNotFoundException`. */
export function awsErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, Code } = error as AwsFailure;
  return name === 'Error' ? Code : name;
}

export function isAwsError(error: unknown, ...codes: readonly string[]): boolean {
  const code = awsErrorCode(error);
  return code !== undefined && codes.includes(code);
}

interface Rule {
  readonly code: string;
  readonly matches: RegExp;
  /** Tested against the message where the code says too little. */
  readonly message?: RegExp;
  readonly say: (message: string, awsCode: string) => string;
  readonly options?: PrivateEksErrorOptions;
}

const signIn: PrivateEksErrorOptions = {
  retryable: true,
  fix: 'Sign in again; what was going on then goes on by itself.',
  actions: [{ id: 'sign-in', title: 'Sign In' }],
};

const denied = /^(AccessDenied(Exception)?|UnauthorizedOperation|NotAuthorized|Client\.UnauthorizedOperation)$/;
const askAdministrator = 'Ask whoever administers the account for this permission.';

/** Kinds of policy by the words with which AWS ends its sentence (IAM guide, access denied error messages), and who can change them. */
const denials = [
  {
    policy: 'service control policy',
    by: 'a service control policy of the organization',
    fix: 'Nobody in this account can give it: ask whoever administers the organization, or use another account or region.',
  },
  {
    policy: 'resource control policy',
    by: 'a resource control policy of the organization',
    fix: 'Nobody in this account can give it: ask whoever administers the organization that owns the resource.',
  },
  {
    policy: 'permissions boundary',
    by: 'the caller’s permissions boundary',
    fix: 'A policy of the role alone does not help: ask for a wider boundary, or use another role.',
  },
  {
    policy: 'session policy',
    by: 'the session’s own policy',
    fix: 'Sign in with a session that is not narrowed: whoever hands out the session has given it less than the role has.',
  },
  {
    policy: 'VPC endpoint policy',
    by: 'the policy of the VPC endpoint that the call went through',
    fix: 'Have the endpoint’s policy allow it, or call from where another way leads to AWS.',
  },
  {
    policy: 'resource-based policy',
    by: 'the resource’s own policy',
    fix: 'Have the policy on the resource itself (bucket, key, role) allow it.',
  },
] as const;

/** First match wins. Codes are AWS's, Node's for sockets, or names of the SDK's own errors. */
const rules: readonly Rule[] = [
  {
    code: 'signed-out',
    matches:
      /^(ExpiredToken(Exception)?|RequestExpired|SSOTokenProviderFailure|TokenProviderError|UnauthorizedSSOTokenError)$/,
    say: () => 'The AWS sign-in has expired.',
    options: signIn,
  },
  {
    code: 'network',
    matches: /^CredentialsProviderError$/,
    message: /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b/,
    say: message => `The AWS sign-in cannot be reached: ${message}`,
    options: { retryable: true, fix: 'Check the network.' },
  },
  {
    code: 'signed-out',
    matches: /^CredentialsProviderError$/,
    message: /sso|token|expired|re-authenticate|login|Session token/i,
    say: message => `The AWS sign-in has expired: ${message}`,
    options: signIn,
  },
  {
    code: 'no-credentials',
    matches: /^CredentialsProviderError$/,
    say: message => `No AWS credentials were found: ${message}`,
    options: {
      fix: 'Choose a profile, or sign in with it.',
      actions: [{ id: 'choose-account', title: 'Choose Account' }],
    },
  },
  {
    // EC2 says so of credentials, and of another's address, image or network interface.
    code: 'access-denied',
    matches: /^AuthFailure$/,
    message: /not (have permission|permitted|authorized|the owner|own)|does not belong to you/i,
    say: message => describeDenial(message),
    options: { fix: askAdministrator },
  },
  {
    code: 'bad-credentials',
    matches:
      /^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature(Exception)?|AuthFailure|InvalidAccessKeyId|InvalidToken|MissingAuthenticationToken(Exception)?|RequestTimeTooSkewed|RequestInTheFuture)$/,
    say: message => `AWS does not accept these credentials: ${message}`,
    options: {
      fix: 'Check the profile. Keys of another account or partition, a region that is not enabled for the account, and a wrong system clock look like this too.',
      actions: [{ id: 'choose-account', title: 'Choose Account' }],
    },
  },
  {
    code: 'region-not-enabled',
    matches: /^(OptInRequired|RegionDisabledException)$/,
    say: message => `This region is not enabled for the account: ${message}`,
    options: { fix: 'Enable the region in the account settings, or choose another.' },
  },
  {
    code: 'signed-out',
    matches: /^AccessDenied$/,
    message: /^MultiFactorAuthentication failed/,
    say: () => 'The MFA code was not accepted.',
    options: { ...signIn, fix: 'Enter the next code that the device shows.' },
  },
  ...denials.map(({ policy, by, fix }) => ({
    code: 'access-denied',
    matches: denied,
    message: new RegExp(`(explicit deny in an? |because no )${policy}`, 'i'),
    say: (message: string) => describeDenial(message, by),
    options: { fix },
  })),
  {
    code: 'access-denied',
    matches: denied,
    say: message => describeDenial(message),
    options: { fix: askAdministrator },
  },
  {
    code: 'throttled',
    matches:
      /^(Throttling(Exception)?|(EC2)?ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown|RequestThrottled(Exception)?|PriorRequestNotComplete)$/,
    say: () => 'AWS asks for slower calls.',
    options: { retryable: true },
  },
  {
    code: 'sandbox-not-implemented',
    matches: /^SandboxNotImplemented$/,
    say: message => `The sandbox does not simulate this: ${message.replace(/^SandboxNotImplemented: /, '')}`,
    options: { fix: 'docs/fidelity.md lists what is simulated. On AWS itself this works.' },
  },
  {
    code: 'network',
    matches:
      /^(TimeoutError|NetworkingError|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|CERT_.*|.*_CERT.*|UNABLE_TO_.*)$/,
    say: message => `AWS cannot be reached: ${message}`,
    options: {
      retryable: true,
      fix: 'Check the network. Behind a proxy set HTTPS_PROXY, and AWS_CA_BUNDLE where it re-signs TLS.',
    },
  },
];

/** Any error as the product's own; what already is one stays, and so does a cancellation's `AbortError`. */
export function toPrivateEksError(error: unknown): PrivateEksError {
  if (error instanceof PrivateEksError) return error;
  if (isCancellation(error)) throw error;
  if (!(error instanceof Error)) return new PrivateEksError('unknown', String(error));
  const failure = error as AwsFailure;
  const codes = [awsErrorCode(error), failure.code, socketCode(error)].filter(code => code !== undefined);
  const rule = rules.find(
    ({ matches, message }) => codes.some(code => matches.test(code)) && (message?.test(error.message) ?? true),
  );
  if (rule)
    return new PrivateEksError(rule.code, rule.say(oneLine(error.message), codes[0] ?? ''), {
      ...rule.options,
      cause: error,
    });
  const silent = /^Unknown(Error)?$/.test(codes[0] ?? '') ? wordless(failure.$metadata?.httpStatusCode) : undefined;
  if (silent) return new PrivateEksError(silent.code, silent.message, { ...silent.options, cause: error });
  const name = codes[0] && codes[0] !== 'Error' ? `${codes[0]}: ` : '';
  return new PrivateEksError('aws-error', `${name}${oneLine(error.message)}`, {
    cause: error,
    retryable: failure.$fault === 'server' || (failure.$metadata?.httpStatusCode ?? 0) >= 500,
  });
}

/** S3 answers HEAD without a body: of a refusal there is only the status. An expired sign-in is a 400 there, and a 403 elsewhere. */
function wordless(status: number | undefined) {
  if (status !== 400 && status !== 403) return undefined;
  const message = `AWS refused the call with ${status} and no word why: the permission is missing, or the sign-in has expired.`;
  const fix = 'Sign in again; if it stays, ask whoever administers the account for this permission.';
  return { code: 'access-denied', message, options: { fix, actions: signIn.actions ?? [] } };
}

/** Happy Eyeballs hides the sockets' errors in an AggregateError's list. */
function socketCode(error: Error): string | undefined {
  if (!(error instanceof AggregateError)) return undefined;
  const [first] = error.errors as readonly { readonly code?: unknown }[];
  return typeof first?.code === 'string' ? first.code : undefined;
}

/** AWS names principal, action and resource in its sentence; the action is what a reader must ask for. */
function describeDenial(sentence: string, by?: string): string {
  const message = sentence.replace(/ Encoded authorization failure message: \S+/, '');
  const action = /not authorized to perform:? ([\w-]+:\w+)/.exec(message)?.[1];
  const explicit = /explicit deny/i.test(message);
  const how =
    by === undefined
      ? explicit
        ? ', by an explicit deny'
        : ''
      : explicit
        ? `, denied by ${by}`
        : `, not allowed by ${by}`;
  return action ? `The permission ${action} is missing${how}: ${message}` : `AWS denied the call${how}: ${message}`;
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}

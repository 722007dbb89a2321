import assert from 'node:assert/strict';
import { toPrivateEksError } from '../../../../src/core/aws/errors.ts';
import { PrivateEksError } from '../../../../src/core/errors.ts';

function named(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const rows: readonly (readonly [string, Error, boolean?])[] = [
  ['signed-out', named('ExpiredTokenException', 'The security token included in the request is expired'), true],
  ['signed-out', named('ExpiredToken', 'expired'), true],
  ['signed-out', named('RequestExpired', 'Request has expired.'), true],
  ['signed-out', named('CredentialsProviderError', 'The SSO session associated with this profile has expired.'), true],
  [
    'signed-out',
    named('CredentialsProviderError', 'Token is expired. To refresh this SSO session run aws sso login'),
    true,
  ],
  [
    'signed-out',
    named('CredentialsProviderError', 'Failed to refresh token: x. Please re-authenticate using aws login'),
    true,
  ],
  [
    'network',
    named('CredentialsProviderError', 'Error: getaddrinfo ENOTFOUND portal.sso.eu-west-1.amazonaws.com'),
    true,
  ],
  ['signed-out', named('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. '), true],
  ['no-credentials', named('CredentialsProviderError', 'Could not load credentials from any providers')],
  ['bad-credentials', named('InvalidClientTokenId', 'The security token included in the request is invalid.')],
  ['bad-credentials', named('AuthFailure', 'AWS was not able to validate the provided access credentials')],
  ['bad-credentials', named('RequestTimeTooSkewed', 'The difference between the request time and the current time …')],
  ['bad-credentials', named('InvalidToken', 'The provided token is malformed or otherwise invalid.')],
  ['access-denied', named('AuthFailure', 'You do not have permission to access the specified resource.')],
  ['region-not-enabled', named('OptInRequired', 'You are not subscribed to this service.')],
  [
    'access-denied',
    named('AccessDeniedException', 'User: a is not authorized to perform: eks:CreateCluster on resource: b'),
  ],
  ['access-denied', named('UnauthorizedOperation', 'You are not authorized to perform this operation.')],
  ['throttled', named('ThrottlingException', 'Rate exceeded'), true],
  ['throttled', named('EC2ThrottledException', 'Slow.'), true],
  ['throttled', named('PriorRequestNotComplete', 'The request was rejected because Route 53 …'), true],
  ['throttled', named('RequestLimitExceeded', 'Request limit exceeded.'), true],
  ['sandbox-not-implemented', named('SandboxNotImplemented', 'SandboxNotImplemented: ec2:CreateFleet')],
  ['network', named('Error', 'connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' }), true],
  ['network', named('TimeoutError', 'Connection timed out after 10000 ms'), true],
  ['network', Object.assign(new AggregateError([named('Error', 'x', { code: 'ENETUNREACH' })], ''), {}), true],
  ['network', named('Error', 'self-signed certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }), true],
  ['aws-error', named('InvalidRequestException', 'No.', { $fault: 'client', $metadata: { httpStatusCode: 400 } })],
  ['aws-error', named('ServiceUnavailable', 'Later.', { $metadata: { httpStatusCode: 503 } }), true],
];

describe('toPrivateEksError', () => {
  for (const [code, error, retryable = false] of rows)
    it(`makes ${code} of ${error.name}: ${error.message.slice(0, 40)}`, () => {
      const mapped = toPrivateEksError(error);
      assert.equal(mapped.code, code);
      assert.equal(mapped.retryable, retryable);
      assert.equal(mapped.cause, error);
    });

  it('leaves out what only AWS can read of a denial', () => {
    const words = 'User: u is not authorized to perform: ec2:CreateVpc. Encoded authorization failure message: AbC-_9';
    assert.equal(
      toPrivateEksError(named('UnauthorizedOperation', words)).message,
      'The permission ec2:CreateVpc is missing: User: u is not authorized to perform: ec2:CreateVpc.',
    );
  });

  const who =
    'User: arn:aws:iam::111122223333:user/u is not authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:eu-west-1:111122223333:vpc/*';
  const denials: readonly (readonly [ending: string, how: string, fix: RegExp])[] = [
    [
      'with an explicit deny in a service control policy',
      ', denied by a service control policy of the organization',
      /administers the organization/,
    ],
    [
      'because no service control policy allows the ec2:CreateVpc action',
      ', not allowed by a service control policy of the organization',
      /administers the organization/,
    ],
    [
      'with an explicit deny in a service control policy: arn:aws:organizations::999999999999:policy/o-1/service_control_policy/p-1',
      ', denied by a service control policy of the organization',
      /organization/,
    ],
    [
      'with an explicit deny in a resource control policy',
      ', denied by a resource control policy of the organization',
      /owns the resource/,
    ],
    [
      'with an explicit deny in a permissions boundary',
      ', denied by the caller’s permissions boundary',
      /wider boundary/,
    ],
    [
      'because no permissions boundary allows the ec2:CreateVpc action',
      ', not allowed by the caller’s permissions boundary',
      /wider boundary/,
    ],
    [
      'with an explicit deny in a session policy',
      ', denied by the session’s own policy',
      /session that is not narrowed/,
    ],
    [
      'because no session policy allows the ec2:CreateVpc action',
      ', not allowed by the session’s own policy',
      /session that is not narrowed/,
    ],
    [
      'with an explicit deny in a VPC endpoint policy',
      ', denied by the policy of the VPC endpoint that the call went through',
      /endpoint’s policy/,
    ],
    [
      'because no VPC endpoint policy allows the ec2:CreateVpc action',
      ', not allowed by the policy of the VPC endpoint that the call went through',
      /endpoint’s policy/,
    ],
    [
      'with an explicit deny in a resource-based policy',
      ', denied by the resource’s own policy',
      /policy on the resource itself/,
    ],
    ['with an explicit deny in an identity-based policy', ', by an explicit deny', /administers the account/],
    ['because no identity-based policy allows the ec2:CreateVpc action', '', /administers the account/],
  ];
  for (const [ending, how, fix] of denials)
    it(`names the permission and whose policy it is: ${ending}`, () => {
      const error = toPrivateEksError(named('AccessDenied', `${who} ${ending}`));
      assert.equal(error.message, `The permission ec2:CreateVpc is missing${how}: ${who} ${ending}`);
      assert.equal(error.code, 'access-denied');
      assert.match(error.fix ?? '', fix);
    });

  it('says of a refusal without a word, as S3 answers HEAD, what it may be', () => {
    const bare = Object.assign(named('Unknown', 'UnknownError'), { $metadata: { httpStatusCode: 403 } });
    const { code, message, fix } = toPrivateEksError(bare);
    assert.equal(code, 'access-denied');
    assert.match(`${message} ${fix}`, /403 and no word why.*Sign in again/);
  });

  it('offers to sign in', () => {
    assert.equal(toPrivateEksError(named('ExpiredToken', 'x')).actions[0]?.id, 'sign-in');
  });

  it('leaves its own errors alone, and a cancellation a cancellation', () => {
    const own = new PrivateEksError('x', 'y');
    assert.equal(toPrivateEksError(own), own);
    const abort = new DOMException('stopped', 'AbortError');
    assert.throws(() => toPrivateEksError(abort), abort);
  });
});

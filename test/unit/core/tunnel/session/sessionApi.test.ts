import assert from 'node:assert/strict';
import type { SSMClient, StartSessionCommandInput } from '@aws-sdk/client-ssm';
import type { AwsSession } from '../../../../../src/core/aws/awsSession.ts';
import type { PrivateEksError } from '../../../../../src/core/errors.ts';
import {
  sessionApi,
  type ForwardTarget,
  type SessionApiOptions,
} from '../../../../../src/core/tunnel/session/sessionApi.ts';

type Answer = Record<string, unknown> | Error;

/** An account that gives the answers in turn, and keeps what it was asked. */
function account(...answers: Answer[]) {
  const asked: StartSessionCommandInput[] = [];
  const ssm = {
    send: (command: { input: StartSessionCommandInput }) => {
      asked.push(command.input);
      const answer = answers.shift() ?? new Error('not expected');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const session: AwsSession = {
    profile: undefined,
    region: 'eu-west-1',
    credentials: () => Promise.reject(new Error('not needed')),
    endpoint: undefined,
    client: async () => ssm as unknown as SSMClient as never,
    dispose: () => undefined,
  };
  return { session, asked };
}

function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

const granted = { SessionId: 'me-0', StreamUrl: 'wss://ssmmessages.eu-west-1.amazonaws.com/x', TokenValue: 't' };
const toApi: ForwardTarget = { target: 'i-0123456789abcdef0', host: 'ABC.gr7.eu-west-1.eks.amazonaws.com', port: 443 };
const signal = new AbortController().signal;

async function start(answers: Answer[], target = toApi, options: SessionApiOptions = {}) {
  const { session, asked } = account(...answers);
  const grant = await sessionApi(session, options).start(target, 'why\nnot', signal);
  return { grant, asked };
}

async function failure(answers: Answer[], target = toApi, options: SessionApiOptions = {}): Promise<PrivateEksError> {
  return start(answers, target, options).then(
    () => assert.fail('it was started'),
    (error: unknown) => error as PrivateEksError,
  );
}

describe('starting a session', () => {
  it('forwards to another host by AWS’s document for that, always named', async () => {
    const { grant, asked } = await start([granted]);
    assert.deepEqual(grant, { sessionId: 'me-0', streamUrl: granted.StreamUrl, token: 't' });
    assert.deepEqual(asked, [
      {
        Target: 'i-0123456789abcdef0',
        DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost',
        Parameters: { host: [toApi.host], portNumber: ['443'], localPortNumber: ['0'] },
        Reason: 'why not',
      },
    ]);
  });

  it('forwards to the target itself by the plain document', async () => {
    const { asked } = await start([granted], { target: 'ecs:bastion_0abc_0abc-123', port: 8443 });
    assert.equal(asked[0]?.DocumentName, 'AWS-StartPortForwardingSession');
    assert.deepEqual(asked[0]?.Parameters, { portNumber: ['8443'], localPortNumber: ['0'] });
    assert.equal(asked[0]?.Target, 'ecs:bastion_0abc_0abc-123');
  });

  it('leaves out what an organisation’s own document does not take', async () => {
    const refusal = awsError('InvalidParameters', 'Parameters: ["localPortNumber"] are not defined in the document');
    const fixedHost = awsError('InvalidParameters', 'Parameters: ["host"] are not defined in the document');
    const { asked } = await start([refusal, fixedHost, granted], toApi, { documentName: 'Corp-Forward' });
    assert.deepEqual(
      asked.map(({ Parameters }) => Object.keys(Parameters ?? {})),
      [['host', 'portNumber', 'localPortNumber'], ['host', 'portNumber'], ['portNumber']],
    );
    assert.ok(asked.every(({ DocumentName }) => DocumentName === 'Corp-Forward'));
  });

  it('does not try other parameters with AWS’s own documents, nor after another refusal', async () => {
    const refusal = awsError('InvalidParameters', 'Parameters: ["host"] must be provided');
    assert.equal((await failure([refusal, granted])).code, 'invalid-document');
    const missing = awsError('InvalidDocument', 'Document with name Corp-Forward does not exist.');
    const error = await failure([missing, granted], toApi, { documentName: 'Corp-Forward' });
    assert.equal(error.code, 'invalid-document');
    assert.match(error.message, /Corp-Forward cannot start a session: Document with name/);
  });

  it('says why each kind of target may be offline', async () => {
    const offline = awsError('TargetNotConnected', 'i-0 is not connected.');
    const rows = [
      ['i-0123', /AmazonSSMManagedInstanceCore/],
      ['mi-0123', /activation/],
      ['ecs:c_t_r', /ECS Exec/],
    ] as const;
    for (const [target, fix] of rows) {
      const error = await failure([offline], { ...toApi, target });
      assert.deepEqual([error.code, error.retryable], ['target-not-connected', true]);
      assert.match(error.fix ?? '', fix);
    }
  });

  it('knows an agent that is too old by AWS’s sentence', async () => {
    const sentence =
      "The version of the SSM agent installed on this instance doesn't support port forwarding to remote hosts. Install the latest version of the SSM agent to use port forwarding sessions to remote hosts.";
    const error = await failure([awsError('BadRequest', sentence)]);
    assert.equal(error.code, 'agent-too-old');
    assert.match(error.fix ?? '', /3\.1\.1374\.0/);
  });

  it('names what ssm:StartSession is missing on', async () => {
    const denial = (resource: string) =>
      awsError(
        'AccessDeniedException',
        `User: arn:aws:sts::1:assumed-role/R/me is not authorized to perform: ssm:StartSession on resource: ${resource} because no identity-based policy allows the ssm:StartSession action`,
      );
    const document = await failure([
      denial('arn:aws:ssm:eu-west-1::document/AWS-StartPortForwardingSessionToRemoteHost'),
    ]);
    assert.match(document.message, /missing on the session document AWS-StartPortForwardingSessionToRemoteHost/);
    assert.match(document.fix ?? '', /SessionDocumentAccessCheck/);
    const target = await failure([denial('arn:aws:ec2:eu-west-1:1:instance/i-0123456789abcdef0')]);
    assert.match(target.message, /missing on the target i-0123456789abcdef0/);
    assert.deepEqual([document.code, target.code], ['access-denied', 'access-denied']);
  });

  it('leaves other errors to the one place that maps them, and is not fooled by half an answer', async () => {
    assert.equal((await failure([awsError('ExpiredTokenException', 'expired')])).code, 'signed-out');
    assert.equal((await failure([{ SessionId: 'me-0' }])).code, 'session-refused');
  });
});

describe('resuming a session', () => {
  const resume = (answer: Answer) => sessionApi(account(answer).session).resume('me-0', signal);

  it('gives a new stream, or none where the session is gone', async () => {
    assert.equal((await resume(granted))?.token, 't');
    assert.equal(await resume({ SessionId: 'me-0' }), undefined);
    assert.equal(await resume(awsError('DoesNotExistException', 'Session does not exist')), undefined);
  });

  it('does not take an expired sign-in for the end of the session', async () => {
    await assert.rejects(resume(awsError('ExpiredTokenException', 'expired')), { code: 'signed-out' });
  });
});

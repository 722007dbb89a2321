import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import assert from 'node:assert/strict';
import { describeStack } from '../../../src/core/aws/stack.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Journal } from '../../../src/core/run/journal.ts';
import { Patience } from '../../../src/core/run/patience.ts';
import type { RunEventBody } from '../../../src/core/run/runEvent.ts';
import type { RunContext } from '../../../src/core/run/step.ts';
import { SsoBench } from './ssoBench.ts';

const template = {
  Resources: {
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/a' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
  },
};

describe('a sign-in that expires in the middle', function () {
  this.timeout(20_000);

  it('is asked for once, and what was going on goes on by itself', async () => {
    const bench = await SsoBench.open(600);
    try {
      await bench.signIn('corp');
      const session = await bench.session('corp');
      const told: RunEventBody[] = [];
      const waiting = Promise.withResolvers<void>();
      // As real time, only that nobody waits so long.
      const clock: Clock = { now: () => Date.now(), sleep: () => new Promise(resolve => setTimeout(resolve, 10)) };
      const journal = {
        append: (event: RunEventBody) => {
          told.push(event);
          if (event.type === 'waiting-for-sign-in') waiting.resolve();
        },
      };
      const cancel = new AbortController().signal;
      const context = { session, clock, journal: journal as unknown as Journal, cancel } as unknown as RunContext;
      const patience = new Patience(context);
      const stack = {
        StackName: 'it',
        TemplateBody: JSON.stringify(template),
        Capabilities: ['CAPABILITY_IAM' as const],
      };
      await patience.through(async () => (await session.client('cloudFormation')).send(new CreateStackCommand(stack)));
      let polls = 0;
      const status = async () => {
        if (++polls === 2) bench.endSignIn();
        return (await describeStack(session, 'it'))?.status;
      };
      const poll = async () => {
        for (;;) {
          const now = await patience.through(status);
          if (now !== 'CREATE_IN_PROGRESS') return now;
          await clock.sleep(0);
        }
      };
      const person = waiting.promise.then(() => bench.signIn('corp'));
      // Two that poll at once are asked about once.
      const [first, second, signedIn] = await Promise.all([poll(), poll(), person]);
      assert.deepEqual([first, second], ['CREATE_COMPLETE', 'CREATE_COMPLETE']);
      assert.equal(signedIn.prompts.length, 1);
      assert.deepEqual(
        told.map(event => (event.type === 'note' ? event.message : event.type)),
        ['waiting-for-sign-in', 'Signed in again.'],
      );
      session.dispose();
    } finally {
      await bench.close();
    }
  });
});

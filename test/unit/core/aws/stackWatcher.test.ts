import assert from 'node:assert/strict';
import { DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import type { AwsSession } from '../../../../src/core/aws/awsSession.ts';
import { StackWatcher, type WatchedEvent, type WatchOptions } from '../../../../src/core/aws/stackWatcher.ts';

const stackId = 'arn:aws:cloudformation:r:0:stack/s/1';
const nestedId = 'arn:aws:cloudformation:r:0:stack/s-child/2';
const pageSize = 3;

/** A CloudFormation whose stacks move on by one tick of the clock at a time. */
class FakeCloudFormation {
  now = 0;
  readonly sleeps: number[] = [];
  /** Events with the tick at which each becomes visible. */
  readonly events: { readonly tick: number; readonly event: StackEvent }[] = [];
  readonly calls: { readonly operation: string; readonly stack: string; readonly page: string | undefined }[] = [];
  throttle = 0;
  /** A status whose event is not among the events. */
  lost: string | undefined;
  /** Happens between the last read of events and the first of the stack itself. */
  meanwhile: (() => void) | undefined;
  /** Calls that do not know the stack yet. */
  unknown = 0;
  #tick = 0;
  #number = 0;

  readonly session = {
    client: () => Promise.resolve({ send: (command: unknown) => this.#send(command) }),
  } as unknown as AwsSession;
  readonly clock = {
    now: () => this.now,
    sleep: async (ms: number) => {
      this.sleeps.push(ms);
      this.now += ms;
      this.#tick++;
      await new Promise(resolve => setImmediate(resolve));
    },
  };

  add(tick: number, logicalId: string, ResourceStatus: string, more: Partial<StackEvent> = {}): void {
    const EventId = `e${++this.#number}`;
    const own = logicalId === 's';
    const type = own ? 'AWS::CloudFormation::Stack' : 'AWS::EC2::VPC';
    this.events.push({
      tick,
      event: {
        StackName: 's',
        LogicalResourceId: logicalId,
        PhysicalResourceId: own ? stackId : `${logicalId}-id`,
        ResourceType: type,
        ResourceStatus: ResourceStatus as 'CREATE_COMPLETE',
        ...more,
        StackId: more.StackId ?? stackId,
        EventId,
        Timestamp: new Date(this.#number * 1000),
      },
    });
  }

  async #send(command: unknown): Promise<object> {
    if (!(command instanceof DescribeStackEventsCommand)) {
      this.meanwhile?.();
      this.meanwhile = undefined;
      this.calls.push({ operation: 'DescribeStacks', stack: stackId, page: undefined });
      return { Stacks: [{ StackId: stackId, StackName: 's', StackStatus: this.#status() }] };
    }
    const { StackName = '', NextToken } = command.input;
    this.calls.push({ operation: 'DescribeStackEvents', stack: StackName, page: NextToken });
    if (this.unknown > 0) {
      this.unknown--;
      throw Object.assign(new Error(`Stack [${StackName}] does not exist`), { name: 'ValidationError' });
    }
    if (this.throttle > 0) {
      this.throttle--;
      throw Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
    }
    const visible = this.events
      .filter(
        ({ tick, event }) => tick <= this.#tick && event.StackId === StackName && event.ResourceStatus !== this.lost,
      )
      .map(({ event }) => event)
      .reverse();
    const from = Number(NextToken ?? 0);
    const more = from + pageSize < visible.length ? { NextToken: String(from + pageSize) } : {};
    return { StackEvents: visible.slice(from, from + pageSize), ...more };
  }

  #status(): string {
    const own = this.events.filter(
      ({ tick, event }) => tick <= this.#tick && event.PhysicalResourceId === stackId && event.StackId === stackId,
    );
    return own.at(-1)?.event.ResourceStatus ?? 'CREATE_IN_PROGRESS';
  }
}

async function watch(
  aws: FakeCloudFormation,
  seen: readonly string[] = [],
  more: Pick<WatchOptions, 'lastOperationOnly'> = {},
) {
  const told: WatchedEvent[] = [];
  const watcher = new StackWatcher(aws.session, aws.clock);
  const onEvents = (events: readonly WatchedEvent[]) => told.push(...events);
  const stack = await watcher.watch(stackId, { seen: new Set(seen), onEvents, ...more });
  return { stack, told };
}

describe('StackWatcher', () => {
  it('tells every event once, oldest first, over many pages', async () => {
    const aws = new FakeCloudFormation();
    aws.add(0, 's', 'CREATE_IN_PROGRESS');
    for (let index = 0; index < 10; index++) aws.add(index < 7 ? 0 : 2, `R${index}`, 'CREATE_COMPLETE');
    aws.add(3, 's', 'CREATE_COMPLETE');
    const { stack, told } = await watch(aws);
    assert.equal(stack.status, 'CREATE_COMPLETE');
    assert.deepEqual(
      told.map(({ eventId }) => eventId),
      Array.from({ length: 12 }, (_, index) => `e${index + 1}`),
    );
  });

  it('reads back only as far as it knows', async () => {
    const aws = new FakeCloudFormation();
    for (let index = 0; index < 9; index++) aws.add(0, `R${index}`, 'CREATE_COMPLETE');
    aws.add(1, 's', 'CREATE_COMPLETE');
    const { told } = await watch(aws, ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8', 'e9']);
    assert.deepEqual(
      told.map(({ eventId }) => eventId),
      ['e10'],
    );
    assert.ok(
      aws.calls.every(({ page }) => page === undefined),
      'no second page was read',
    );
  });

  it('tells what happened between its last read of events and the look that finds the stack settled', async () => {
    const aws = new FakeCloudFormation();
    aws.add(0, 's', 'UPDATE_IN_PROGRESS');
    aws.meanwhile = () => {
      aws.add(0, 'R', 'CREATE_FAILED');
      aws.add(0, 's', 'UPDATE_FAILED');
    };
    const { stack, told } = await watch(aws, ['e1']);
    assert.equal(stack.status, 'UPDATE_FAILED');
    assert.deepEqual(
      told.map(({ eventId }) => eventId),
      ['e2', 'e3'],
    );
  });

  const initiated = { ResourceStatusReason: 'User Initiated' };

  it('leaves out what was done to the stack before, and the pages on which it stands', async () => {
    const aws = new FakeCloudFormation();
    aws.add(0, 's', 'CREATE_IN_PROGRESS', initiated);
    for (let index = 0; index < 9; index++) aws.add(0, `R${index}`, 'CREATE_COMPLETE');
    aws.add(0, 's', 'CREATE_COMPLETE');
    aws.add(0, 's', 'UPDATE_IN_PROGRESS', initiated);
    aws.add(1, 'R3', 'UPDATE_FAILED');
    aws.add(2, 's', 'UPDATE_FAILED');
    const { told } = await watch(aws, [], { lastOperationOnly: true });
    assert.deepEqual(
      told.map(({ logicalId, status }) => `${logicalId} ${status}`),
      ['s UPDATE_IN_PROGRESS', 'R3 UPDATE_FAILED', 's UPDATE_FAILED'],
    );
    assert.ok(
      aws.calls.every(({ page }) => page === undefined),
      'no second page was read',
    );
  });

  it('takes a rollback that somebody asked for as an operation of its own, and one by CloudFormation as the end of an update', async () => {
    for (const [reason, expected] of [
      ['User Initiated', ['s UPDATE_ROLLBACK_IN_PROGRESS', 's UPDATE_ROLLBACK_COMPLETE']],
      [
        'The following resource(s) failed to update: [R].',
        ['s UPDATE_IN_PROGRESS', 'R UPDATE_FAILED', 's UPDATE_ROLLBACK_IN_PROGRESS', 's UPDATE_ROLLBACK_COMPLETE'],
      ],
    ] as const) {
      const aws = new FakeCloudFormation();
      aws.add(0, 's', 'CREATE_COMPLETE');
      aws.add(0, 's', 'UPDATE_IN_PROGRESS', initiated);
      aws.add(0, 'R', 'UPDATE_FAILED');
      aws.add(0, 's', 'UPDATE_ROLLBACK_IN_PROGRESS', { ResourceStatusReason: reason });
      aws.add(1, 's', 'UPDATE_ROLLBACK_COMPLETE');
      const { told } = await watch(aws, [], { lastOperationOnly: true });
      assert.deepEqual(
        told.map(({ logicalId, status }) => `${logicalId} ${status}`),
        expected,
      );
    }
  });

  it('merges nested stacks and stops reading them once they settle', async () => {
    const aws = new FakeCloudFormation();
    const child = (status: string, tick: number, StackId: string) =>
      aws.add(tick, StackId === stackId ? 'Child' : 's-child', status, {
        StackId,
        StackName: StackId === stackId ? 's' : 's-child',
        PhysicalResourceId: nestedId,
        ResourceType: 'AWS::CloudFormation::Stack',
      });
    aws.add(0, 's', 'CREATE_IN_PROGRESS');
    child('CREATE_IN_PROGRESS', 0, stackId);
    child('CREATE_IN_PROGRESS', 0, nestedId);
    aws.add(1, 'Inner', 'CREATE_COMPLETE', {
      StackId: nestedId,
      StackName: 's-child',
    });
    child('CREATE_COMPLETE', 1, nestedId);
    child('CREATE_COMPLETE', 2, stackId);
    aws.add(5, 's', 'CREATE_COMPLETE');
    const { told } = await watch(aws);
    const inner = told.find(({ logicalId }) => logicalId === 'Inner');
    assert.deepEqual([inner?.path, inner?.stackName], [['Child'], 's-child']);
    assert.equal(told.length, 7);
    const nestedReads = aws.calls.filter(({ stack }) => stack === nestedId).length;
    assert.ok(nestedReads <= 3, `${nestedReads} reads of the nested stack`);
  });

  it('slows down when nothing happens, and quickens when something does', async () => {
    const aws = new FakeCloudFormation();
    aws.add(0, 's', 'CREATE_IN_PROGRESS');
    aws.add(8, 'R', 'CREATE_COMPLETE');
    aws.add(12, 's', 'CREATE_COMPLETE');
    await watch(aws);
    assert.ok(Math.max(...aws.sleeps.slice(0, 8)) > 2 * (aws.sleeps[0] ?? 0));
    assert.ok((aws.sleeps[8] ?? Infinity) < (aws.sleeps[7] ?? 0));
  });

  it('asks the stack itself only when its own events say that it has settled, or after many rounds', async () => {
    const aws = new FakeCloudFormation();
    aws.add(0, 's', 'CREATE_IN_PROGRESS');
    aws.add(4, 'R', 'CREATE_COMPLETE');
    aws.add(8, 's', 'CREATE_COMPLETE');
    await watch(aws);
    assert.equal(aws.calls.filter(({ operation }) => operation === 'DescribeStacks').length, 1);
  });

  it('sees the end of a stack whose last event never comes', async () => {
    const aws = new FakeCloudFormation();
    aws.add(0, 's', 'CREATE_IN_PROGRESS');
    aws.add(2, 's', 'CREATE_COMPLETE');
    aws.lost = 'CREATE_COMPLETE';
    const { stack, told } = await watch(aws);
    assert.equal(stack.status, 'CREATE_COMPLETE');
    assert.equal(told.length, 1);
    assert.ok(aws.sleeps.length <= 12, `${aws.sleeps.length} rounds`);
  });

  it('backs off from throttling and goes on', async () => {
    const aws = new FakeCloudFormation();
    aws.add(0, 's', 'CREATE_COMPLETE');
    aws.throttle = 3;
    const { stack } = await watch(aws);
    assert.equal(stack.status, 'CREATE_COMPLETE');
    assert.ok((aws.sleeps[2] ?? 0) > (aws.sleeps[0] ?? 0));
  });

  it('bears with readers that do not know a new stack yet, but not for ever', async () => {
    const aws = new FakeCloudFormation();
    aws.add(0, 's', 'CREATE_COMPLETE');
    aws.unknown = 2;
    assert.equal((await watch(aws)).stack.status, 'CREATE_COMPLETE');
    aws.unknown = 1000;
    await assert.rejects(watch(aws), /does not exist/);
  });

  it('rests once nobody watches, and ends at once when its watcher leaves', async () => {
    const aws = new FakeCloudFormation();
    aws.add(0, 's', 'CREATE_IN_PROGRESS');
    const leave = new AbortController();
    const watcher = new StackWatcher(aws.session, aws.clock);
    const watching = watcher.watch(stackId, { onEvents: () => leave.abort(), signal: leave.signal });
    await assert.rejects(watching, { name: 'AbortError' });
    const calls = aws.calls.length;
    for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve));
    assert.ok(aws.calls.length <= calls + 1);
  });
});

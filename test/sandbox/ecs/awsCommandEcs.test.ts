import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type RunningSandbox } from '../../../src/sandbox/shell/startSandbox.ts';
import { skipBecause } from '../../skipBecause.ts';
import { region } from '../../unit/sandbox/eks/eksAccount.ts';
import { ecsAccount } from '../../unit/sandbox/ecs/ecsAccount.ts';

const run = promisify(execFile);

/** Written by other people against AWS itself: it checks shapes as the service's model has them, and its waiters know states. */
describe('the aws command with the sandbox’s ECS', () => {
  let sandbox: RunningSandbox;
  let home: string;
  let subnet: string;
  let group: string;

  before(async function () {
    this.timeout(20_000);
    const version = await run('aws', ['--version']).catch(() => undefined);
    if (!version) skipBecause(this, 'no aws command on PATH');
    const made = ecsAccount();
    [subnet = ''] = made.subnetIds;
    group = made.groupId;
    sandbox = await startSandbox({ region, initial: made.account.snapshot(), speed: 100 });
    home = mkdtempSync(path.join(os.tmpdir(), 'private-eks-ecs-'));
  });
  after(async () => {
    await sandbox?.close();
    if (home) rmSync(home, { recursive: true });
  });

  const environment = () => ({
    PATH: process.env['PATH'],
    HOME: home,
    AWS_ACCESS_KEY_ID: sandbox.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandbox.secretAccessKey,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    NO_PROXY: '127.0.0.1',
  });
  const aws = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('aws', [...args, '--output', 'json'], { env: environment() });
    return stdout;
  };
  const refusal = (...args: string[]): Promise<string> =>
    aws(...args).then(
      () => assert.fail(`aws ${args.join(' ')} was not refused`),
      (error: { stderr?: string }) => error.stderr ?? '',
    );

  it('runs a task, waits for it, finds its agent, and stops it', async () => {
    const awsvpc = `awsvpcConfiguration={subnets=[${subnet}],securityGroups=[${group}]}`;
    const options = ['--cluster', 'ways_in', '--task-definition', 'bastion', '--launch-type', 'FARGATE'];
    const start = ['ecs', 'run-task', ...options, '--network-configuration', awsvpc, '--enable-execute-command'];
    const started = JSON.parse(await aws(...start, '--started-by', 'me')) as { tasks: { taskArn: string }[] };
    const arn = started.tasks[0]?.taskArn ?? '';
    const one = ['--cluster', 'ways_in', '--tasks', arn];
    await aws('ecs', 'wait', 'tasks-running', ...one);
    const agent = await aws('ecs', 'describe-tasks', ...one, '--query', 'tasks[0].containers[0].managedAgents[0].name');
    assert.equal(JSON.parse(agent), 'ExecuteCommandAgent');
    assert.ok((await aws('ecs', 'list-tasks', '--cluster', 'ways_in', '--started-by', 'me')).includes(arn));
    await aws('ecs', 'stop-task', '--cluster', 'ways_in', '--task', arn);
    await aws('ecs', 'wait', 'tasks-stopped', ...one);
    await fetch(`${sandbox.control}/faults`, {
      method: 'POST',
      body: JSON.stringify({
        service: 'ecs',
        operation: 'RunTask',
        code: 'ServerException',
        message: 'Broken',
        status: 500,
      }),
    });
    assert.match(await refusal(...start), /\(ServerException\).*Broken/);
    const state = (await (await fetch(`${sandbox.control}/state`)).json()) as { resources: { type: string }[] };
    assert.deepEqual(
      state.resources.map(({ type }) => type).filter(type => type.startsWith('AWS::ECS')),
      ['AWS::ECS::Cluster', 'AWS::ECS::TaskDefinition'],
    );
  }).timeout(60_000);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import { planFiles } from '../../../../src/core/plan/planFiles.ts';
import { thirtySpecs } from '../../../support/thirtySpecs.ts';
import { skipBecause } from '../../../skipBecause.ts';
import { specGrid, specOf } from '../templates/specGrid.ts';

const today = '2026-11-21';
const deployScriptOf = (lines: string) =>
  planFiles(buildPlan(specOf(lines), undefined, today)).find(({ path }) => path === 'deploy.sh')?.content ?? '';

const plans = new Map(thirtySpecs.map(({ name, text }) => [name, buildPlan(specOf(text, ''), undefined, today)]));
const scriptOf = (name: string) => {
  const made = plans.get(name);
  assert.ok(made, name);
  return planFiles(made).find(({ path }) => path === 'deploy.sh')?.content ?? '';
};

/** Writes down what it is called with and answers as the account would. */
const fakeAws = `#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$AWS_CALLS"
case "$*" in
  *get-caller-identity*Arn*) echo arn:aws:sts::111122223333:assumed-role/platform/alice ;;
  *get-caller-identity*Account*) echo 111122223333 ;;
  *get-role*) echo arn:aws:iam::111122223333:role/team/platform ;;
  *describe-availability-zones*) printf 'use1-az1\\tuse1-az2\\tuse1-az3\\tuse1-az4\\n' ;;
  *describe-vpcs*) printf '10.9.0.0/16\\t100.64.0.0/16\\n' ;;
  *describe-subnets*) printf 'use1-az2\\tsubnet-b\\nuse1-az1\\tsubnet-a\\nuse1-az1\\tsubnet-c\\n' ;;
  *describe-route-tables*association.main*) echo rtb-main ;;
  *describe-route-tables*subnet-0a1b2c3d4e5f67890*) echo rtb-own ;;
  *describe-route-tables*) echo None ;;
  *describe-stacks*) sed -E "s/.*stack-name ([^ ]+) .*OutputKey=='([A-Za-z]+)'.*/\\1.\\2/" <<<"$*" ;;
  *head-bucket*) exit 1 ;;
  *deploy*"\${AWS_FAILS:-nothing}"*) exit 255 ;;
esac
`;

describe('the files of a plan', () => {
  it('are a template for each stack, named after it, and a script', () => {
    const files = planFiles(buildPlan(specOf(''), undefined, today)).map(({ path }) => path);
    assert.deepEqual(files.slice(0, 2), [
      'private-eks-payments-permissions.template.yaml',
      'private-eks-payments-network.template.yaml',
    ]);
    assert.equal(files.at(-1), 'deploy.sh');
    assert.equal(files.length, 10);
  });

  it('say in the script what is open, and only then', () => {
    assert.match(deployScriptOf(''), /Zones are open in this plan/);
    assert.match(deployScriptOf(''), /administrator is open in this plan/);
    const pinned = deployScriptOf(
      'network: {zones: [euw1-az1, euw1-az2]}\naccess: {administrators: ["arn:aws:iam::111122223333:role/a"]}\n',
    );
    assert.doesNotMatch(pinned, /is open|are open|ZONE_IDS|ADMIN_PRINCIPAL_ARN/);
    assert.match(pinned, /"ZoneIds=euw1-az1,euw1-az2"/);
  });
});

describe('the script of a plan', function () {
  this.timeout(30_000);
  let folder = '';
  before(function () {
    if (process.platform === 'win32') skipBecause(this, 'the script is for bash');
    folder = mkdtempSync(join(tmpdir(), 'private-eks-deploy-'));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'aws'), fakeAws);
    chmodSync(join(folder, 'bin', 'aws'), 0o755);
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  function runScript(script: string, env: Record<string, string> = {}) {
    const calls = join(folder, 'calls');
    writeFileSync(calls, '');
    writeFileSync(join(folder, 'deploy.sh'), script);
    const { status, stderr } = spawnSync('bash', [join(folder, 'deploy.sh')], {
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`, AWS_CALLS: calls, ...env },
      encoding: 'utf8',
    });
    return { status, stderr, calls: readFileSync(calls, 'utf8').trim().split('\n') };
  }

  it('is bash for every spec of the grid', () => {
    for (const [name, spec] of specGrid()) {
      const script = planFiles(buildPlan(spec, undefined, today)).find(({ path }) => path === 'deploy.sh')?.content;
      const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
      assert.equal(status, 0, `${name}: ${stderr}`);
    }
  });

  it('makes the stacks in order, with the outputs of the earlier ones and what it found for the open values', () => {
    const { status, stderr, calls } = runScript(deployScriptOf('encryption: {key: new}\n'));
    assert.equal(status, 0, stderr);
    const deploys = calls.filter(call => call.startsWith('cloudformation deploy'));
    const order = deploys.map(call => /--stack-name private-eks-payments-(\S+)/.exec(call)?.[1]);
    const settled = order.filter(id => id !== 'endpoints');
    assert.deepEqual(settled, [
      'permissions',
      'network',
      'key',
      'logs',
      'cluster',
      'identity',
      'node-addons',
      'nodes-default',
      'workload-addons',
    ]);
    assert.ok(
      order.indexOf('endpoints') > order.indexOf('network') &&
        order.indexOf('endpoints') < order.indexOf('nodes-default'),
    );
    const network = deploys.find(call => call.includes('payments-network'));
    assert.match(network ?? '', /ZoneIds=use1-az1,use1-az2,use1-az4/);
    const identity = deploys.find(call => call.includes('payments-identity'));
    assert.match(identity ?? '', /ClusterName=private-eks-payments-cluster\.ClusterName/);
    assert.match(identity ?? '', /AdminPrincipalArn=arn:aws:iam::111122223333:role\/team\/platform/);
    assert.ok(
      deploys.every(call => call.includes('--disable-rollback') && call.includes('private-eks:cluster=payments')),
    );
    assert.equal(calls.filter(call => call.includes('update-termination-protection')).length, 10);
  });

  it('stages templates in a bucket that nobody outside can read', () => {
    const { status, calls } = runScript(deployScriptOf('staging: always\n'));
    assert.equal(status, 0);
    assert.ok(calls.includes('s3 mb s3://private-eks-staging-111122223333-eu-west-1'));
    assert.ok(
      calls.some(call => call.includes('put-public-access-block') && call.includes('RestrictPublicBuckets=true')),
    );
    const deploys = calls.filter(call => call.startsWith('cloudformation deploy'));
    assert.ok(deploys.every(call => call.includes('--s3-bucket private-eks-staging-111122223333-eu-west-1')));
  });

  it('stops at the first stack that fails, the endpoints in the background as well', () => {
    for (const [stack, last] of [
      ['payments-network', 'network'],
      ['payments-endpoints', 'node-addons'],
    ] as const) {
      const { status, calls } = runScript(deployScriptOf(''), { AWS_FAILS: stack });
      assert.notEqual(status, 0);
      const order = calls.flatMap(
        call => /^cloudformation deploy --stack-name private-eks-payments-(\S+)/.exec(call)?.[1] ?? [],
      );
      assert.equal(order.filter(id => id !== 'endpoints').at(-1), last);
    }
  });

  it('asks for zones where the account has too few', () => {
    const { status, stderr } = runScript(deployScriptOf('network: {zones: 4}\n'));
    assert.equal(status, 1);
    assert.match(stderr, /ZONE_IDS has to name 4 zones/);
    assert.equal(runScript(deployScriptOf('network: {zones: 4}\n'), { ZONE_IDS: 'a,b,c,d' }).status, 0);
  });

  it('looks at an existing VPC itself when the plan has not', () => {
    const { status, stderr, calls } = runScript(scriptOf('existing VPC'));
    assert.equal(status, 0, stderr);
    const deploys = calls.filter(call => call.startsWith('cloudformation deploy'));
    assert.ok(!deploys.some(call => /stack-name \S+-network /.test(call)));
    const endpoints = deploys.find(call => /stack-name \S+-endpoints /.test(call)) ?? '';
    assert.match(endpoints, / VpcCidrs=10\.9\.0\.0\/16,100\.64\.0\.0\/16( |$)/);
    assert.match(endpoints, / SubnetIds=subnet-a,subnet-b( |$)/);
    assert.match(endpoints, / RouteTableIds=rtb-main,rtb-own( |$)/);
    const own = runScript(scriptOf('existing VPC'), { ROUTE_TABLE_IDS: 'rtb-mine' });
    assert.match(own.calls.find(call => /stack-name \S+-endpoints /.test(call)) ?? '', / RouteTableIds=rtb-mine( |$)/);
  });

  for (const { name } of thirtySpecs) {
    it(`makes every stack once, whatever the shape: ${name}`, () => {
      const made = plans.get(name);
      assert.ok(made);
      const { status, stderr, calls } = runScript(scriptOf(name));
      assert.equal(status, 0, stderr);
      const order = calls.flatMap(call => /^cloudformation deploy --stack-name (\S+)/.exec(call)?.[1] ?? []);
      assert.deepEqual([...order].sort(), made.stacks.map(stack => stack.name).sort());
    });
  }
});

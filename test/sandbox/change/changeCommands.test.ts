import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChangePlan } from '../../../src/core/change/changePlan.ts';
import type { DriftReport } from '../../../src/core/drift/driftReport.ts';
import type { PreflightFinding } from '../../../src/core/preflight/preflightFinding.ts';
import type { RunEvent } from '../../../src/core/run/runEvent.ts';
import type { UsualSeconds } from '../../../src/core/run/usualTime.ts';
import type { UpgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';
import { CliProcesses } from '../kill/cliProcess.ts';

const name = 'living';
const place = { cluster: name, region: 'eu-west-1', accountId: '000000000000' };
const made = `apiVersion: private-eks/v1\nkind: Cluster\nname: ${name}\nregion: eu-west-1\nversion: "1.35"\nnodes:\n  default: {}\n`;
const bigger = made.replace('default: {}', 'default: { maxSize: 6 }');
const biggest = made.replace('default: {}', 'default: { maxSize: 7 }');
const other = made.replace('nodes:', 'network: { serviceCidr: 172.21.0.0/16 }\nnodes:');

type At = (event: RunEvent) => boolean;
const groupChanges: At = event =>
  event.type === 'stack-event' && event.resourceType === 'AWS::EKS::Nodegroup' && event.status === 'UPDATE_IN_PROGRESS';
const addonChanges: At = event => event.type === 'step-progress' && event.message.startsWith('EKS updates add-on');

/** As a person or a program would call them: each a process of its own, on one cluster, in this order. */
describe('update, upgrade, drift, history and explain as processes', function () {
  this.timeout(300_000);
  let home: string;
  let file: string;
  let processes: CliProcesses;

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'private-eks-commands-'));
    file = path.join(home, `${name}.private-eks.yaml`);
    processes = await CliProcesses.start(home, 400);
    await writeFile(file, made);
    const { code, stderr } = await cli('create', '-f', file, '--json');
    assert.equal(code, 0, stderr);
  });
  after(async () => {
    await processes?.stop();
    await rm(home, { recursive: true, force: true });
  });

  const cli = (...args: string[]) => processes.run(args);
  const killed = async (at: At, ...args: string[]): Promise<void> => {
    const shot = await processes.run([...args, '--yes', '--json'], at);
    assert.ok(shot.killed, shot.stderr);
  };
  const objects = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as Record<string, unknown>);
  const one = (text: string): Record<string, unknown> => {
    const all = objects(text);
    assert.equal(all.length, 1, text);
    return all[0] ?? {};
  };
  const times = (text: string, words: string) => text.split(words).length - 1;
  const history = async () =>
    objects((await cli('history', name, '--json')).stdout).map(
      ({ kind, status }) => `${String(kind)} ${String(status)}`,
    );
  const done = (events: readonly RunEvent[]) => {
    const last = events.at(-1);
    return last?.type === 'run-finished' ? last.outcome : last?.type;
  };

  it('tell their options, exit codes and what --json prints', async () => {
    const said: Readonly<Record<string, readonly RegExp[]>> = {
      update: [
        /--resume/,
        /--give-up/,
        /--rollback/,
        /--replace NAME/,
        /"nothing-to-change"/,
        /Ends with 0 .* 1 /s,
        /quotas/,
      ],
      upgrade: [/One minor at a time/, /insights/, /--rollback/, /7 days/, /--give-up/, /nodes first/, /Ends with 1/],
      drift: [/Ends with 0 when nothing drifted, with 1/, /"findings"/],
      history: [/--json/, /interrupted/],
      explain: [/"waitingFor"/, /Ends with 1/],
    };
    for (const [command, words] of Object.entries(said)) {
      const { code, stdout } = await cli(command, '--help');
      assert.equal(code, 0);
      for (const word of words) assert.match(stdout.replace(/\s+/g, ' '), word, command);
    }
  });

  it('print one line of JSON where there is nothing to change', async () => {
    const { code, stdout, stderr } = await cli('update', '-f', file, '--yes', '--json');
    assert.equal(code, 0, stderr);
    const message = `Nothing to change: the stacks are as the spec says. What was changed beside them is told by private-eks drift ${name}.`;
    assert.deepEqual(one(stdout), { type: 'nothing-to-change', ...place, message });
    const same = await cli('upgrade', name, '--to', '1.35', '--yes', '--json');
    assert.equal(same.code, 0, same.stderr);
    assert.deepEqual(one(same.stdout), {
      type: 'nothing-to-change',
      ...place,
      message: 'Nothing to do: control plane, add-ons and nodes are at 1.35.',
    });
  });

  it('tell a refusal once, and end with 1', async () => {
    await writeFile(file, other);
    const words = `The control plane of ${name} would be replaced`;
    const told = await cli('update', '-f', file, '--yes');
    assert.deepEqual([told.code, told.stdout, times(told.stderr, words)], [1, '', 1], told.stderr);
    const line = await cli('update', '-f', file, '--yes', '--json');
    assert.deepEqual([line.code, times(line.stderr, words)], [1, 1], line.stderr);
    const error = one(line.stdout);
    assert.deepEqual([error['type'], error['code']], ['error', 'update-refused']);
    const dry = await cli('update', '-f', file, '--dry-run', '--json');
    assert.equal(dry.code, 1);
    assert.equal((one(dry.stdout) as unknown as ChangePlan).refusals[0]?.code, 'cluster-replaced');
    assert.equal((await cli('update', '-f', file, '--dry-run', '--replace', name)).code, 0);
    const twice = 'From 1.35 to 1.40 is more than one minor';
    const far = await cli('upgrade', name, '--to', '1.40', '--yes');
    assert.deepEqual([far.code, far.stdout, times(far.stderr, twice)], [1, '', 1], far.stderr);
    const farLine = await cli('upgrade', name, '--to', '1.40', '--yes', '--json');
    assert.deepEqual([farLine.code, one(farLine.stdout)['code']], [1, 'upgrade-refused']);
  });

  it('take no run of another account’s cluster of this name for its own', async () => {
    const runId = `update-${name}-29991231T000000-aaaa`;
    const dir = path.join(home, 'runs', runId);
    const started = { type: 'run-started', seq: 1, at: 32_503_593_600_000, kind: 'update', ...place };
    const rest = { accountId: '111122223333', runId, steps: [], expectedSeconds: 60, speed: 1 };
    await mkdir(dir, { recursive: true });
    await writeFile(path.join(dir, 'journal.ndjson'), `${JSON.stringify({ ...started, ...rest })}\n`);
    try {
      const listed = (await cli('list', '--json')).stdout;
      assert.ok(listed.includes(runId), listed);
      const { run } = one((await cli('status', name, '--json')).stdout) as { run?: { runId: string } };
      assert.match(run?.runId ?? '', new RegExp(`^create-${name}-`));
      const { code, stdout } = await cli('explain', name, '--json');
      assert.deepEqual([code, stdout], [0, '']);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('look before they change: the plan says what stands in the way, and nothing is changed', async () => {
    await writeFile(file, made.replace('default: {}', 'default: {}\n  more: { instanceTypes: [z1d.large] }'));
    const before = await processes.census();
    const dry = await cli('update', '-f', file, '--dry-run');
    assert.equal(dry.code, 1);
    assert.match(
      dry.stdout,
      /ERROR {4}Instance type z1d\.large is not offered in eu-west-1\.[^]*A run would stop: 1 error/,
    );
    assert.match(dry.stdout, /\nusually about \d+ minutes \(\d+ to \d+ minutes\)\n/);
    const { preflight = [], usualSeconds } = one((await cli('update', '-f', file, '--dry-run', '--json')).stdout) as {
      preflight?: PreflightFinding[];
      usualSeconds?: UsualSeconds;
    };
    assert.ok(usualSeconds && usualSeconds.low < usualSeconds.typical && usualSeconds.typical < usualSeconds.high);
    assert.deepEqual(
      preflight.map(({ severity, code }) => `${severity} ${code}`),
      ['error instance-type-not-offered', 'unknown room-unknown'],
    );
    const asked = await cli('update', '-f', file, '--json');
    const told = one(asked.stdout);
    assert.deepEqual([asked.code, told['type'], told['code']], [1, 'error', 'update-stopped']);
    assert.match(String(told['message']), /^Instance type z1d\.large is not offered in eu-west-1\.$/);
    const run = await cli('update', '-f', file, '--yes');
    assert.equal(run.code, 1);
    assert.ok(run.stderr.endsWith(`\nGo on with it: private-eks update -f ${file} --resume\n`), run.stderr);
    assert.deepEqual(await processes.census(), before);
    await writeFile(file, bigger);
    assert.match((await cli('update', '-f', file, '--dry-run')).stdout, /Nothing stands in the way of living\./);
  });

  it('say after a kill that an update was interrupted; it is carried on', async () => {
    await killed(groupChanges, 'update', '-f', file);
    assert.equal((await history())[0], 'update interrupted');
    assert.match(
      (await cli('history', name)).stdout,
      /update living eu-west-1 +interrupted .*its process ended; update --resume goes on/,
    );
    for (const way of ['--yes', '--dry-run']) {
      const { code, stdout, stderr } = await cli('update', '-f', file, way, '--json');
      const error = one(stdout);
      assert.deepEqual([code, error['type'], error['code']], [1, 'error', 'update-interrupted']);
      assert.equal(times(stderr, 'was interrupted'), 1);
      assert.match(stderr, /Go on with it: private-eks update -f \S+ --resume\. Or give it up.*--give-up\./);
    }
    const why = await cli('explain', name, '--json');
    assert.equal(why.code, 0, why.stderr);
    assert.ok(
      objects(why.stdout).every(line => typeof line['waitingFor'] === 'string'),
      why.stdout,
    );
    const end = await cli('update', '-f', file, '--resume', '--yes', '--json');
    assert.deepEqual([end.code, done(end.events)], [0, 'done'], end.stderr);
    assert.equal((await history())[0], 'update done');
  });

  it('give up an interrupted update, in the history alone', async () => {
    await writeFile(file, biggest);
    await killed(groupChanges, 'update', '-f', file);
    const given = await cli('update', '-f', file, '--give-up', '--json');
    assert.equal(given.code, 0, given.stderr);
    const line = one(given.stdout);
    assert.deepEqual([line['type'], line['cluster']], ['given-up', name]);
    assert.equal((await history())[0], 'update cancelled');
    const again = await cli('update', '-f', file, '--give-up', '--json');
    assert.deepEqual([again.code, one(again.stdout)['code']], [1, 'nothing-interrupted']);
    const resumed = await cli('update', '-f', file, '--resume', '--yes', '--json');
    assert.deepEqual([resumed.code, one(resumed.stdout)['code']], [1, 'run-given-up'], resumed.stderr);
    const [last = {}, earlier = {}] = objects((await cli('history', name, '--json')).stdout);
    assert.match(String(last['past']), /^Given up on \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Begin a new update/);
    assert.deepEqual([last['goesOnWith'], earlier['goesOnWith']], [undefined, undefined]);
    const told = (await cli('history', name)).stdout;
    assert.match(told, /update living eu-west-1 +cancelled .*What was done stays\. Given up on /);
    assert.doesNotMatch(told, /goes on/);
    assert.match(told, /update living eu-west-1 +failed .*\. Superseded by update-living-/);
  });

  it('go one minor up over a kill, say until when that can be taken back, and take it back', async () => {
    // What the update that was given up had begun comes to its end by itself.
    let dry = await cli('upgrade', name, '--dry-run', '--json');
    while (dry.code !== 0) dry = await cli('upgrade', name, '--dry-run', '--json');
    const plan = one(dry.stdout) as unknown as UpgradePlan & { readonly usualSeconds: UsualSeconds };
    assert.ok(plan.usualSeconds.typical >= 600, 'a control plane alone takes about ten minutes');
    assert.deepEqual([plan.from, plan.to], ['1.35', '1.36']);
    assert.ok(
      plan.insights.some(({ status, name: insight }) => status === 'PASSING' && insight === 'Kubelet version skew'),
    );
    await killed(addonChanges, 'upgrade', name);
    const blocked = await cli('upgrade', name, '--yes', '--json');
    assert.deepEqual([blocked.code, one(blocked.stdout)['code']], [1, 'upgrade-interrupted']);
    assert.match(blocked.stderr, /private-eks upgrade living --resume\. .*private-eks upgrade living --give-up\./);
    const up = await cli('upgrade', name, '--resume', '--yes');
    assert.equal(up.code, 0, up.stderr);
    assert.match(
      up.stdout,
      /living runs 1\.36\. Until \S+ \S+ UTC it can be taken back to 1\.35: private-eks upgrade living --rollback\./,
    );
    const back = await cli('upgrade', name, '--rollback', '--dry-run');
    assert.equal(back.code, 0, back.stdout);
    assert.match(
      back.stdout,
      /\(rollback\)[^]*Node group default 1\.36 → 1\.35[^]*The control plane goes back to 1\.35/,
    );
    assert.match(
      back.stdout,
      /ERROR {4}Kubelet version skew[^]*About node group default\. The rollback's own steps mend/,
    );
    assert.match(back.stdout, /it can be taken back until \S+ \S+ UTC/);
    const rolled = await cli('upgrade', name, '--rollback', '--yes', '--json');
    assert.deepEqual([rolled.code, done(rolled.events)], [0, 'done'], rolled.stderr);
    const drift = await cli('drift', name, '--json');
    const report = one(drift.stdout) as unknown as DriftReport;
    assert.deepEqual([drift.code, report.drifted], [0, false], drift.stdout);
    assert.ok(report.quiet.some(({ reason }) => reason.startsWith('a rollback')));
    const nothing = await cli('update', '-f', file, '--yes', '--json');
    assert.deepEqual([nothing.code, one(nothing.stdout)['type']], [0, 'nothing-to-change'], nothing.stderr);
  });

  it('fail in the same way of a cluster that nobody knows', async () => {
    for (const [command, code] of [
      ['drift', 'cluster-not-ours'],
      ['explain', 'nothing-to-explain'],
      ['upgrade', 'cluster-not-found'],
    ] as const) {
      const ended = await cli(command, 'nobody', '--json');
      assert.deepEqual([ended.code, one(ended.stdout)['code']], [1, code], ended.stderr);
    }
    const nobody = await cli('history', 'nobody', '--json');
    assert.deepEqual([nobody.code, nobody.stdout], [0, '']);
  });
});

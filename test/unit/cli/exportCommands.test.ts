import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Io } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { Journal } from '../../../src/core/run/journal.ts';
import { runDir } from '../../../src/core/run/runFolder.ts';
import type { RunEventBody } from '../../../src/core/run/runEvent.ts';

describe('private-eks export, images and history', () => {
  let dir = '';
  let spec = '';
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'private-eks-export-'));
    spec = path.join(dir, 'demo.private-eks.yaml');
    await writeFile(
      spec,
      'apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: eu-west-1\nfeatures: {karpenter: true}\n',
    );
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  async function run(args: string[], env: Record<string, string> = {}, typed = '') {
    let [out, err] = ['', ''];
    const io: Io = {
      env,
      isTerminal: false,
      columns: () => 80,
      out: text => void (out += text),
      err: text => void (err += text),
      input: () => Promise.resolve(typed),
      ask: () => Promise.reject(new Error('nobody to ask')),
      onInterrupt: () => () => undefined,
    };
    return { code: await main(args, io), out, err };
  }

  it('writes each format into a folder, or prints it, and tells what is lost', async () => {
    for (const [format, files] of [
      ['terraform', ['cluster.tf', 'versions.tf', 'nodes-default.tf']],
      ['eksctl', ['demo.eksctl.yaml']],
      ['cloudformation', ['deploy.sh', 'private-eks-demo-cluster.template.yaml']],
    ] as const) {
      const out = path.join(dir, format);
      const written = await run(['export', '-f', spec, '--format', format, '--out', out]);
      assert.equal(written.code, 0, written.err);
      const names = await readdir(out);
      for (const file of files) assert.ok(names.includes(file), `${format}: ${file}`);
      const printed = await run(['export', '-f', spec, '--format', format]);
      assert.ok(printed.out.includes(await readFile(path.join(out, files[0]), 'utf8')));
      assert.equal(/not in the export: /.test(printed.err), format !== 'cloudformation');
    }
    if (process.platform !== 'win32')
      assert.equal((await stat(path.join(dir, 'cloudformation', 'deploy.sh'))).mode & 0o100, 0o100);
  });

  it('refuses a format that it does not know, and a spec with errors', async () => {
    const wrong = await run(['export', '-f', spec, '--format', 'pulumi']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /cloudformation, eksctl, terraform/);
    await writeFile(spec, 'name: 1\n');
    assert.equal((await run(['export', '-f', spec, '--format', 'eksctl'])).code, 2);
  });

  it('shows images with the way of each, those of manifests too, and prints script, rules and values', async () => {
    const manifest = path.join(dir, 'all.yaml');
    await writeFile(manifest, 'kind: Pod\nspec: {containers: [{image: quay.io/a/b:1}]}\n');
    const shown = await run(['images', '-f', spec, '--manifest', manifest]);
    assert.equal(shown.code, 0, shown.err);
    assert.match(shown.out, /eks\/coredns +add-on coredns +in ECR of this region/);
    assert.match(shown.out, /quay\.io\/a\/b:1 +all\.yaml +copy, or pull through ECR/);
    const chart = 'kind: Pod\nspec: {containers: [{image: quay.io/c/d:2}]}\n';
    const both = await run(['images', '-f', spec, '--manifest', manifest, '--manifest', '-'], {}, chart);
    assert.match(both.out, /quay\.io\/a\/b:1 +all\.yaml/);
    assert.match(both.out, /quay\.io\/c\/d:2 +standard input/);
    assert.equal((await run(['images', '-f', spec, '--manifest', '-', '--manifest', '-'])).code, 2);
    const json = JSON.parse((await run(['images', '-f', spec, '--json'])).out) as { images: { image: string }[] };
    assert.ok(json.images.some(({ image }) => image.startsWith('public.ecr.aws/karpenter/')));
    assert.match((await run(['images', '-f', spec, '--script'])).out, /^#!\/usr\/bin\/env bash[\s\S]*crane copy/);
    const rules = await run(['images', '-f', spec, '--pull-through']);
    assert.match(rules.out, /AWS::ECR::PullThroughCacheRule/);
    assert.match(rules.err, /first pull of an image through the cache needs a way to the internet/);
    assert.match(
      (await run(['images', '-f', spec, '--values', '111122223333'])).out,
      /ecr-public\/karpenter\/controller/,
    );
    assert.equal((await run(['images', '-f', spec, '--values', 'x'])).code, 2);
    await writeFile(manifest, 'a: [');
    assert.equal((await run(['images', '-f', spec, '--manifest', manifest])).code, 1);
  });

  it('lists past runs with what went in, what came out and what failed first', async () => {
    const env = { PRIVATE_EKS_HOME: dir };
    assert.match((await run(['history'], env)).out, /No run on this machine/);
    const runId = 'create-demo-20261121T074200-9f3a';
    let now = Date.UTC(2026, 10, 21, 7, 42);
    const journal = await Journal.open(runDir(dir, runId), { ...systemClock, now: () => now });
    const cause = {
      code: 'zone-refused',
      what: 'EKS refuses a zone.',
      why: '',
      fix: '',
      awsMessage: undefined,
      resource: undefined,
      stackName: undefined,
      retryable: true,
      evidence: [],
    };
    const events: RunEventBody[] = [
      {
        type: 'run-started',
        runId,
        kind: 'create',
        cluster: 'demo',
        region: 'eu-west-1',
        accountId: '111122223333',
        profile: 'ops',
        specPath: 'demo.private-eks.yaml',
        specHash: 'abcdef0123456789',
        steps: [],
        expectedSeconds: 1000,
        monthlyUsd: 231.4,
        speed: 1,
      },
      { type: 'failure', step: 'cluster', cause },
      { type: 'run-finished', outcome: 'failed', summary: 'stopped' },
      { type: 'run-resumed', reason: 'retry' },
      { type: 'run-finished', outcome: 'done', summary: 'demo is verified' },
    ];
    for (const event of events) {
      journal.append(event);
      now += 20 * 60_000;
    }
    journal.close();
    const { out } = await run(['history', 'demo'], env);
    assert.match(
      out,
      /2026-11-21 07:42 +create demo eu-west-1 +done \(resumed 1×\) +1 h 20 min +231 +demo\.private-eks\.yaml abcdef01 +ops +cluster: EKS refuses a zone\./,
    );
    const [line = ''] = (await run(['history', '--json'], env)).out.split('\n');
    assert.deepEqual((JSON.parse(line) as { firstFailure: object }).firstFailure, {
      step: 'cluster',
      code: 'zone-refused',
      what: 'EKS refuses a zone.',
    });
    assert.match((await run(['history', 'other'], env)).out, /No run of other/);
  });
});

import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { systemClock, type Clock } from '../../../../src/core/clock.ts';
import { chooseKubeconfig, splitPathList } from '../../../../src/core/kube/merge/kubeconfigPlace.ts';
import { mergeCluster, refreshMerged, unmergeCluster } from '../../../../src/core/kube/merge/mergedKubeconfig.ts';
import { forgetCluster, mergeReportText, ownKubeconfigPath } from '../../../../src/core/kube/ownKubeconfig.ts';
import type { KubeconfigEntry } from '../../../../src/core/kube/merge/kubeconfigEntry.ts';
import { skipBecause } from '../../../skipBecause.ts';
import { entries } from './kubeconfigRoundTrip.ts';

const key = { accountId: '111122223333', region: 'eu-west-1', cluster: 'payments' };
const mine = '# mine\r\napiVersion: v1\r\nclusters: []\r\ncurrent-context: home\r\n';
const name = entries[0]?.name ?? '';

describe('a kubeconfig on disk', () => {
  let folder: string;
  let file: string;
  let place: { home: string; clock: Clock };
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'private-eks-merge-'));
    file = path.join(folder, 'config');
    place = { home: path.join(folder, 'state'), clock: systemClock };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const merge = (one = file, all = [one]) => mergeCluster(place, key, entries, { file: one, all });
  const read = (one = file) => readFileSync(one, 'utf8');
  const records = () => readdirSync(path.join(place.home, 'kubeconfig', 'merged'));
  const moved = (port: number): KubeconfigEntry[] =>
    entries.map(entry =>
      entry.list === 'clusters' && typeof entry.value === 'object'
        ? { ...entry, value: { ...entry.value, server: `https://127.0.0.1:${port}` } }
        : entry,
    );

  it('is merged into, and comes back byte for byte', async () => {
    writeFileSync(file, mine);
    const report = await merge();
    assert.deepEqual(report, { file, context: name, outcome: 'merged', notes: [] });
    assert.match(read(), /^# mine\r\n[^]*127\.0\.0\.1:50443/);
    assert.equal((await merge()).outcome, 'unchanged');
    const [undone] = await unmergeCluster(place, key);
    assert.equal(undone?.outcome, 'removed');
    assert.equal(read(), mine);
    assert.deepEqual(records(), []);
    assert.deepEqual(await unmergeCluster(place, key), []);
    assert.deepEqual(
      readdirSync(folder).toSorted(),
      ['config', 'state'],
      'neither a lock nor a temporary file is left',
    );
  });

  it('keeps its mode; a new one is for its owner alone, and goes again with what was merged', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no file modes');
    writeFileSync(file, mine);
    for (const mode of [0o600, 0o640, 0o664, 0o644]) {
      chmodSync(file, mode);
      await merge();
      assert.equal(statSync(file).mode & 0o777, mode);
      await unmergeCluster(place, key);
      assert.equal(statSync(file).mode & 0o777, mode);
    }
    const fresh = path.join(folder, 'new', '.kube', 'config');
    await merge(fresh);
    assert.equal(statSync(fresh).mode & 0o777, 0o600);
    assert.equal(statSync(path.join(place.home, 'kubeconfig', 'merged', records()[0] ?? '')).mode & 0o777, 0o600);
    assert.equal((await unmergeCluster(place, key))[0]?.outcome, 'deleted-file');
    assert.equal(existsSync(fresh), false);
  });

  it('that was empty stays when it is empty again', async () => {
    writeFileSync(file, '');
    await merge();
    await unmergeCluster(place, key);
    assert.equal(read(), '');
  });

  it('that came with the merge stays when others use it', async () => {
    await merge();
    writeFileSync(file, `${read()}preferences: {colors: true}\n`);
    await unmergeCluster(place, key);
    assert.equal(read(), 'apiVersion: v1\nkind: Config\npreferences: {colors: true}\n');
  });

  it('is written where its links lead, and stays a link', async function () {
    if (process.platform === 'win32') skipBecause(this, 'links need a privilege on Windows');
    const real = path.join(folder, 'dotfiles', 'kube');
    mkdirSync(path.dirname(real));
    writeFileSync(real, mine);
    symlinkSync(real, path.join(folder, 'hop'));
    symlinkSync('hop', file);
    await merge();
    assert.ok(lstatSync(file).isSymbolicLink());
    assert.match(read(real), /50443/);
    await unmergeCluster(place, key);
    assert.equal(read(real), mine);
    rmSync(real);
    await merge();
    assert.match(read(real), /50443/, 'a link to nothing yet');
    const circle = path.join(folder, 'circle');
    symlinkSync(circle, circle);
    await assert.rejects(merge(circle), { code: 'kubeconfig-unreadable' });
  });

  it('waits for kubectl’s lock, and names one that was left behind', async () => {
    writeFileSync(file, mine);
    const lock = `${file}.lock`;
    writeFileSync(lock, '');
    let now = 0;
    let looks = 0;
    const waiting: Clock = {
      now: () => now,
      sleep: async ms => {
        now += ms;
        if (++looks === 3) rmSync(lock);
      },
    };
    await mergeCluster({ ...place, clock: waiting }, key, entries, { file, all: [file] });
    assert.match(read(), /50443/);
    assert.equal(existsSync(lock), false);
    await unmergeCluster(place, key);
    writeFileSync(lock, '');
    const never: Clock = { now: () => now, sleep: async ms => void (now += ms) };
    await assert.rejects(mergeCluster({ ...place, clock: never }, key, entries, { file, all: [file] }), {
      code: 'kubeconfig-locked',
      fix: new RegExp(`delete ${lock.replaceAll(/[\\.]/g, '\\$&')}`),
    });
    assert.ok(existsSync(lock), 'it is another’s');
    assert.equal(read(), mine);
  });

  it('is not read by kubectl in halves: it is held while it is written', async () => {
    writeFileSync(file, mine);
    let seen = false;
    const clock: Clock = { ...systemClock, now: () => ((seen ||= existsSync(`${file}.lock`)), systemClock.now()) };
    await mergeCluster({ ...place, clock }, key, entries, { file, all: [file] });
    assert.ok(seen);
  });

  it('keeps an edit that was saved at the same moment', async () => {
    writeFileSync(file, mine);
    // The record of the merge is written between reading the file and replacing it.
    const clock: Clock = {
      ...systemClock,
      now: () => {
        if (existsSync(`${file}.lock`)) writeFileSync(file, `${mine}# saved now\r\n`);
        return systemClock.now();
      },
    };
    await assert.rejects(mergeCluster({ ...place, clock }, key, entries, { file, all: [file] }), {
      code: 'kubeconfig-busy',
    });
    assert.equal(read(), `${mine}# saved now\r\n`);
    assert.deepEqual(records(), []);
  });

  const unreadable: Record<string, Buffer | string> = {
    'UTF-16': Buffer.from('\uFEFFapiVersion: v1\n', 'utf16le'),
    'bytes that are not UTF-8': Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]),
    'what does not parse': 'a: [\n',
    'two documents': 'a: b\n---\nc: d\n',
  };
  for (const [title, bytes] of Object.entries(unreadable))
    it(`is not touched when it holds ${title}`, async () => {
      writeFileSync(file, bytes);
      await assert.rejects(merge(), { code: 'kubeconfig-unreadable' });
      assert.deepEqual(readFileSync(file), Buffer.from(bytes));
      assert.equal(existsSync(path.join(place.home, 'kubeconfig', 'merged')) && records().length > 0, false);
    });

  it('is no folder', async () => {
    mkdirSync(file);
    await assert.rejects(merge(), { code: 'kubeconfig-unreadable' });
  });

  it('is not merged into where the name means another cluster', async () => {
    writeFileSync(file, mine);
    await merge();
    const other = { ...key, accountId: '444455556666' };
    await assert.rejects(mergeCluster(place, other, entries, { file, all: [file] }), { code: 'kubeconfig-name-taken' });
    await unmergeCluster(place, key);
    assert.equal(read(), mine);
  });

  it('is not merged into where another file of KUBECONFIG has the name', async () => {
    const second = path.join(folder, 'second');
    writeFileSync(second, `users:\n- name: ${name}\n  user: {token: S3CRET}\n`);
    await assert.rejects(merge(file, [file, second]), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'kubeconfig-name-taken');
      assert.match(error.message, /second:2:3: /);
      assert.doesNotMatch(error.message, /S3CRET/);
      return true;
    });
    assert.equal(existsSync(file), false);
  });

  it('follows the tunnel to another port, the user’s namespace kept, and can still be undone', async () => {
    writeFileSync(file, mine);
    await merge();
    writeFileSync(file, read().replace(`user: ${name}\r\n`, `user: ${name}\r\n    namespace: team\r\n`));
    const [report] = await refreshMerged(place, key, moved(50_999));
    assert.equal(report?.outcome, 'updated');
    assert.match(read(), /127\.0\.0\.1:50999[^]*namespace: team/);
    assert.equal((await refreshMerged(place, key, moved(50_999)))[0]?.outcome, 'unchanged');
    const [undone] = await unmergeCluster(place, key);
    assert.match(
      undone?.notes.join() ?? '',
      /The context "private-eks.*:\d+:\d+ was changed since it was merged, and was left/,
    );
    assert.match(mergeReportText(undone ?? assert.fail()), /is out of .*config again\./);
    assert.match(read(), /namespace: team/);
    assert.doesNotMatch(read(), /50999|private-eks-token/);
  });

  it('is not brought up to date by another profile, nor written again where somebody took the entries out', async () => {
    writeFileSync(file, mine);
    await merge();
    const other = moved(1).map(entry =>
      entry.list === 'users'
        ? { ...entry, value: { exec: { env: [{ name: 'AWS_PROFILE', value: 'other' }] } } }
        : entry,
    );
    assert.deepEqual(await refreshMerged(place, key, other), []);
    writeFileSync(file, mine);
    assert.equal((await refreshMerged(place, key, moved(2)))[0]?.outcome, 'unchanged');
    assert.equal(read(), mine);
    assert.equal((await unmergeCluster(place, key))[0]?.outcome, 'gone');
  });

  it('is remembered while it cannot be undone', async () => {
    writeFileSync(file, mine);
    await merge();
    const merged = read();
    writeFileSync(file, `${merged}broken: [\r\n`);
    assert.equal((await refreshMerged(place, key, moved(3)))[0]?.outcome, 'failed');
    const [failed] = await unmergeCluster(place, key);
    assert.equal(failed?.outcome, 'failed');
    assert.match(failed?.notes[0] ?? '', /config:\d+:\d+: /);
    writeFileSync(file, merged);
    assert.equal((await unmergeCluster(place, key))[0]?.outcome, 'removed');
    assert.equal(read(), mine);
  });

  it('forgets a cluster that is gone, and no other', async () => {
    writeFileSync(file, mine);
    await merge();
    const own = ownKubeconfigPath(place.home, key, { callerArn: 'arn:aws:sts::111122223333:assumed-role/Admin/me' });
    const longer = ownKubeconfigPath(place.home, { ...key, cluster: 'payments-2' }, {});
    for (const one of [own, own.replace('.yaml', '.proxy.yaml'), longer]) writeFileSync(one, '');
    await forgetCluster(place, key);
    assert.equal(read(), mine);
    assert.deepEqual(
      readdirSync(path.dirname(own)).filter(one => one.endsWith('.yaml')),
      ['111122223333-eu-west-1-payments-2.yaml'],
    );
  });

  const origins: Record<string, string | undefined> = {
    'empty lists': mine,
    'no lists': 'apiVersion: v1\n# that is all\n',
    'no line break at its end': 'apiVersion: v1',
    'null and a comment': 'clusters: null\nusers: null # none\ncontexts:\n',
    'lists of others': 'clusters:\n- {name: a}\nusers: [{name: a}]\ncontexts:\n  - name: a # mine\n',
    JSON: '{\n  "kind": "Config",\n  "users": null,\n  "clusters": []\n}\n',
    'an empty JSON object': '{}',
    'no text': '',
    'no file': undefined,
  };
  for (const [title, text] of Object.entries(origins))
    it(`with ${title} is shared by several merges, undone in any order, and comes back byte for byte`, async () => {
      const names = ['one', 'two', 'three'];
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
        [1, 0, 2],
        [0, 2, 1],
      ]) {
        if (text !== undefined) writeFileSync(file, text);
        // At the same moment: the lock keeps them apart.
        await Promise.all(
          names.map(one => {
            const own = entries.map(entry => ({ ...entry, name: one }));
            return mergeCluster(place, { ...key, cluster: one }, own, { file, all: [file] });
          }),
        );
        for (const one of names) assert.match(read(), new RegExp(`name"?: "?${one}\\b`));
        for (const at of order) await unmergeCluster(place, { ...key, cluster: names[at] ?? '' });
        assert.equal(existsSync(file) ? read() : undefined, text);
      }
    });
});

describe('which kubeconfig is written to', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'private-eks-choice-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const choose = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
    chooseKubeconfig({ env, platform, homedir: '/home/me', ownFolder: path.join(folder, 'own') });

  it('is the one in KUBECONFIG; of several the first that exists, else the last', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map(one => path.join(folder, one)) as [string, string, string];
    assert.deepEqual(await choose({ KUBECONFIG: a }), { file: a, all: [a] });
    assert.deepEqual(await choose({ KUBECONFIG: `${a}:${b}::${a}:${c}` }), { file: c, all: [a, b, c] });
    writeFileSync(b, '');
    assert.equal((await choose({ KUBECONFIG: `${a}:${b}:${c}` })).file, b);
  });

  it('is the one in the home folder without it, and never one of ours', async () => {
    assert.equal((await choose({ HOME: '/home/you' })).file, '/home/you/.kube/config');
    assert.equal((await choose({})).file, '/home/me/.kube/config');
    assert.equal((await choose({ KUBECONFIG: path.join(folder, 'own', 'x.yaml') })).file, '/home/me/.kube/config');
    const both = `${path.join(folder, 'own', 'x.yaml')}:${path.join(folder, 'y')}`;
    assert.equal((await choose({ KUBECONFIG: both })).file, path.join(folder, 'y'));
  });

  it('is found on Windows with its drives, semicolons and quotes', async () => {
    assert.deepEqual(splitPathList('C:\\a;"D:\\b;c\\d";;E:\\f', 'win32'), ['C:\\a', 'D:\\b;c\\d', 'E:\\f']);
    const env = { KUBECONFIG: 'C:\\a\\config;D:\\b\\config', USERPROFILE: 'C:\\Users\\me' };
    assert.deepEqual((await choose(env, 'win32')).all, ['C:\\a\\config', 'D:\\b\\config']);
    const home = await choose({ USERPROFILE: folder, HOMEDRIVE: 'Q:', HOMEPATH: '\\none' }, 'win32');
    assert.equal(home.file, path.win32.join(folder, '.kube', 'config'));
  });
});

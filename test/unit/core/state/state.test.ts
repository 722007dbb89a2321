import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { safeName } from '../../../../src/core/state/safeName.ts';
import { readStateFile, readStateJson, writeStateFile } from '../../../../src/core/state/stateFile.ts';
import { stateHome } from '../../../../src/core/state/stateHome.ts';

describe('stateHome', () => {
  const home = '/home/me';
  const rows: readonly (readonly [NodeJS.Platform, Record<string, string>, string])[] = [
    ['linux', {}, '/home/me/.local/state/private-eks'],
    ['linux', { XDG_STATE_HOME: '/var/me' }, '/var/me/private-eks'],
    ['darwin', {}, '/home/me/Library/Application Support/private-eks'],
    ['win32', { LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' }, 'C:\\Users\\me\\AppData\\Local\\private-eks'],
  ];
  for (const [platform, env, expected] of rows)
    it(`is ${expected} on ${platform}`, () => assert.equal(stateHome({ platform, env, home }), expected));

  it('is moved by PRIVATE_EKS_HOME', () => {
    assert.equal(stateHome({ env: { PRIVATE_EKS_HOME: '/elsewhere' }, home }), path.resolve('/elsewhere'));
  });
});

describe('safeName', () => {
  for (const name of ['create-demo-20261121T074200-9f3a', '000000000000_eu-west-1_demo'])
    it(`takes ${name}`, () => assert.equal(safeName(name), name));
  for (const name of ['', '..', '../x', 'a/b', 'a\\b', '.hidden', 'con', 'NUL.txt', 'a.', 'ü', 'x'.repeat(200)])
    it(`refuses ${JSON.stringify(name.slice(0, 20))}`, () =>
      assert.throws(() => safeName(name), { code: 'unsafe-name' }));
});

describe('state files', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(path.join(tmpdir(), 'private-eks-state-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('are their owner’s alone, folders included, and leave nothing beside them', async function () {
    if (process.platform === 'win32') this.skip();
    const file = path.join(dir, 'deep', 'down', 'record.json');
    await writeStateFile(file, '{"a":1}');
    await writeStateFile(file, '{"a":2}');
    assert.deepEqual(await readStateJson(file), { a: 2 });
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(path.dirname(file))).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(path.dirname(file)), ['record.json']);
  });

  it('are never seen half written', async () => {
    const file = path.join(dir, 'record');
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(5000));
    await writeStateFile(file, texts[0] ?? '');
    const readers = Array.from({ length: 40 }, () => readFile(file, 'utf8'));
    await Promise.all(texts.map(text => writeStateFile(file, text)));
    for (const text of await Promise.all(readers)) assert.ok(texts.includes(text));
  });

  it('may be missing or broken', async () => {
    assert.equal(await readStateFile(path.join(dir, 'none')), undefined);
    await writeStateFile(path.join(dir, 'broken'), '{');
    assert.equal(await readStateJson(path.join(dir, 'broken')), undefined);
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { launcherText } from '../../../../src/core/kube/credentialLauncher.ts';
import { installCredentialLauncher } from '../../../../src/core/kube/installLauncher.ts';
import { skipBecause } from '../../../skipBecause.ts';

describe('the credential launcher', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "private-eks it's $HOME "))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const install = (runtime: string) => {
    const plugin = path.join(folder, 'token.js');
    writeFileSync(plugin, 'console.log(process.argv.slice(2).join("|"), process.env.ELECTRON_RUN_AS_NODE);');
    return installCredentialLauncher({ home: path.join(folder, 'state'), plugin, runtime, platform: process.platform });
  };
  const run = (launcher: string, PATH = '/usr/bin:/bin') =>
    spawnSync(launcher, ['token', '--cluster', 'a b'], { encoding: 'utf8', env: { PATH } });

  it('runs the plugin’s own copy, with the editor’s runtime, from any place', async function () {
    if (process.platform === 'win32') skipBecause(this, 'the test runs the script for sh');
    const runtime = path.join(folder, 'VS Code; "x"');
    symlinkSync(process.execPath, runtime);
    const launcher = await install(runtime);
    rmSync(path.join(folder, 'token.js'));
    assert.equal(statSync(launcher).mode & 0o777, 0o700);
    assert.deepEqual([run(launcher).stdout, run(launcher).status], ['token|--cluster|a b 1\n', 0]);
  });

  it('runs it with node on PATH when the editor has moved, and says so when there is none', async function () {
    if (process.platform === 'win32') skipBecause(this, 'the test runs the script for sh');
    const launcher = await install(path.join(folder, 'gone'));
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, path.join(bin, 'node'));
    assert.equal(run(launcher, bin).stdout, 'token|--cluster|a b 1\n');
    rmSync(path.join(bin, 'node'));
    const { status, stdout, stderr } = run(launcher, bin);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /gone nor node on PATH can run the credential helper; open the editor once/);
  });

  it('is written again only when something about it is new', async () => {
    const launcher = await install('/one');
    const { mtimeMs } = statSync(launcher);
    await install('/one');
    assert.equal(statSync(launcher).mtimeMs, mtimeMs);
    await install('/two');
    assert.match(readFileSync(launcher, 'utf8'), /\/two/);
  });

  it('finds the plugin beside itself on Windows, and the editor below a folder that has a variable', () => {
    const cli = 'C:\\Users\\Jürgen 100%\\AppData\\Local\\private-eks\\bin\\private-eks-token.mjs';
    const runtime = 'c:\\users\\jürgen 100%\\appdata\\local\\Programs\\50% Code (x86)\\Code.exe';
    const env = { LOCALAPPDATA: 'C:\\Users\\Jürgen 100%\\AppData\\Local', USERPROFILE: 'C:\\Users\\Jürgen 100%' };
    const text = launcherText({ cli, runtime, platform: 'win32', env });
    assert.match(text, /^set "PLUGIN=%~dp0private-eks-token\.mjs"\r$/m);
    assert.match(text, /^set "RUNTIME=%LOCALAPPDATA%\\Programs\\50%% Code \(x86\)\\Code\.exe"\r$/m);
    assert.doesNotMatch(text, /[^\0-\x7f]|(?<!\r)\n/, 'cmd would read other letters in another code page');
    assert.doesNotMatch(text, /^[^"]*[()]/m, 'a parenthesis in a path would close a block');
    for (const label of text.matchAll(/goto (\w+)/g)) assert.match(text, new RegExp(`^:${label[1] ?? ''}\r$`, 'm'));
  });

  it('switches the code page on Windows where a path needs it', () => {
    const input = { cli: 'C:\\s\\t.mjs', platform: 'win32' as const };
    assert.match(launcherText({ ...input, runtime: 'D:\\Läufer\\node.exe' }), /^@echo off\r\nchcp 65001 >nul\r\n/);
    assert.doesNotMatch(launcherText({ ...input, runtime: 'D:\\node.exe' }), /chcp/);
  });

  it('quotes what sh would read', () => {
    const text = launcherText({ cli: "/it's/cli.js", runtime: '/opt/VS Code/code', platform: 'linux' });
    assert.match(text, /^#!\/bin\/sh\n/);
    assert.match(text, /cli='\/it'\\''s\/cli\.js'/);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { systemClock } from '../../../../../src/core/clock.ts';
import { PrivateEksError } from '../../../../../src/core/errors.ts';
import { hidesToken, lineReader, readPluginLine } from '../../../../../src/core/tunnel/session/pluginOutput.ts';
import { findPlugin, pluginCandidates } from '../../../../../src/core/tunnel/session/pluginPath.ts';
import { openPluginForward, type PluginForwardOptions } from '../../../../../src/core/tunnel/session/pluginSession.ts';
import { skipBecause } from '../../../../skipBecause.ts';

describe('where session-manager-plugin is sought', () => {
  const found = (platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, ...files: string[]) =>
    findPlugin({ platform, environment, exists: file => files.includes(file) });

  it('on PATH before all', () => {
    const installed = '/usr/local/sessionmanagerplugin/bin/session-manager-plugin';
    const own = '/home/me/bin/session-manager-plugin';
    assert.equal(found('linux', { PATH: '/bin:/home/me/bin' }, installed, own), own);
    assert.equal(found('linux', { PATH: '/bin' }, installed), installed);
    assert.equal(found('linux', {}, '/somewhere/else'), undefined);
  });

  it('never in a folder that depends on where one stands', () => {
    assert.equal(found('linux', { PATH: '.:bin' }, 'session-manager-plugin', 'bin/session-manager-plugin'), undefined);
  });

  it('where installers put it on macOS and Windows', () => {
    const brew = '/opt/homebrew/bin/session-manager-plugin';
    assert.equal(found('darwin', { PATH: '' }, brew), brew);
    const program = 'C:\\Program Files\\Amazon\\SessionManagerPlugin\\bin\\session-manager-plugin.exe';
    assert.equal(found('win32', { Path: 'C:\\Windows' }, program), program);
    const moved = 'D:\\Apps\\Amazon\\SessionManagerPlugin\\bin\\session-manager-plugin.exe';
    assert.equal(found('win32', { ProgramFiles: 'D:\\Apps' }, moved), moved);
    assert.ok(pluginCandidates({ platform: 'win32', environment: {} }).includes(program));
  });
});

describe('what session-manager-plugin says', () => {
  it('tells where it listens, failures, and the end', () => {
    assert.deepEqual(readPluginLine('Port 40123 opened for sessionId me-0123.'), { kind: 'listening', port: 40_123 });
    assert.deepEqual(readPluginLine('Connection to destination port failed, check SSM Agent logs.'), {
      kind: 'connect-error',
    });
    const idle = 'Your session timed out due to inactivity and has been terminated.';
    assert.deepEqual(readPluginLine(`SessionId: me-0123 : ${idle}`), { kind: 'ended', reason: idle });
    assert.deepEqual(readPluginLine('Exiting session with sessionId: me-0123.'), { kind: 'ended', reason: '' });
    assert.equal(readPluginLine('Starting session with SessionId: me-0123'), undefined);
    assert.equal(readPluginLine('Waiting for connections...'), undefined);
  });

  it('comes in any pieces', () => {
    const lines: string[] = [];
    const read = lineReader(line => lines.push(line));
    for (const piece of ['\nSta', 'rting\r', '\nPort 1', '23\n\n', 'rest']) read(piece);
    assert.deepEqual(lines, ['Starting', 'Port 123']);
  });

  it('hides the token from version 1.2.498 on', () => {
    for (const version of ['1.2.498.0', '1.2.707.0\n', '1.3.0.0', '2.0.0.0', '1.2.497.1'])
      assert.ok(hidesToken(version), version);
    for (const version of ['1.2.497.0', '1.2.331.0', '1.1.70', '', 'a shell', '1.2'])
      assert.ok(!hidesToken(version), version);
  });
});

/** A script in the place of the plugin, which notes how it was called and then does what the test says. */
describe('a session carried by session-manager-plugin', function () {
  this.timeout(20_000);
  before(function () {
    if (process.platform === 'win32') skipBecause(this, 'a script is no program on Windows');
  });
  const token = 'a-token-that-nobody-may-see';
  let folder: string;
  let ended: string[];
  let giveUp: AbortController;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'private-eks-plugin-'));
    ended = [];
    giveUp = new AbortController();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const plugin = (then: string, version = '1.2.707.0') => {
    const file = path.join(folder, 'session-manager-plugin');
    const called = JSON.stringify(path.join(folder, 'called.json'));
    writeFileSync(
      file,
      `#!${process.execPath}
const { writeFileSync } = require('node:fs');
if (process.argv[2] === '--version') { console.log(${JSON.stringify(version)}); process.exit(0); }
writeFileSync(${called}, JSON.stringify({ argv: process.argv.slice(2), response: process.env.AWS_SSM_START_SESSION_RESPONSE }));
const say = text => process.stdout.write(text);
const stay = () => setInterval(() => {}, 1000);
${then}
`,
    );
    chmodSync(file, 0o700);
    return file;
  };
  const open = (file: string, more: Partial<PluginForwardOptions> = {}) =>
    openPluginForward({
      plugin: file,
      grant: { sessionId: 'me-0123', streamUrl: 'wss://ssmmessages.eu-west-1.amazonaws.com/v1/x', token },
      target: 'i-0123456789abcdef0',
      region: 'eu-west-1',
      endpoint: 'https://ssm.eu-west-1.amazonaws.com',
      profile: 'work',
      port: 0,
      environment: { PATH: process.env['PATH'] },
      spawn,
      clock: systemClock,
      endSession: async sessionId => void ended.push(sessionId),
      signal: giveUp.signal,
      ...more,
    });
  const called = () =>
    JSON.parse(readFileSync(path.join(folder, 'called.json'), 'utf8')) as { argv: string[]; response: string };
  const code = (expected: string) => (error: unknown) => {
    assert.ok(error instanceof PrivateEksError, String(error));
    assert.equal(error.code, expected);
    assert.ok(!error.message.includes(token));
    return true;
  };
  const listens =
    'say("\\nStarting session with SessionId: me-0123\\nPort 40123 opened for sessionId me-0123.\\n"); stay();';

  it('gets its token by the environment alone', async () => {
    const forward = await open(plugin(listens));
    assert.equal(forward.port, 40_123);
    const { argv, response } = called();
    assert.deepEqual(argv.toSpliced(4, 1), [
      ...['AWS_SSM_START_SESSION_RESPONSE', 'eu-west-1', 'StartSession', 'work'],
      'https://ssm.eu-west-1.amazonaws.com',
    ]);
    assert.deepEqual(JSON.parse(argv[4] ?? ''), {
      Target: 'i-0123456789abcdef0',
      Parameters: { localPortNumber: ['0'] },
    });
    assert.deepEqual(JSON.parse(response), {
      SessionId: 'me-0123',
      TokenValue: token,
      StreamUrl: 'wss://ssmmessages.eu-west-1.amazonaws.com/v1/x',
    });
    await forward.close();
    await forward.ended;
    assert.deepEqual(ended, ['me-0123']);
  });

  it('is ended by force when it does not listen to reason', async () => {
    const forward = await open(plugin(`process.on('SIGINT', () => {}); ${listens}`), {
      clock: { now: () => Date.now(), sleep: ms => systemClock.sleep(ms === 3000 ? 10 : ms) },
    });
    await forward.close();
    assert.deepEqual(ended, ['me-0123']);
  });

  it('says why the session ended, though the plugin exits with 0', async () => {
    const idle = 'Your session timed out due to inactivity and has been terminated.';
    const forward = await open(
      plugin(`${listens} setTimeout(() => { say("\\n\\nSessionId: me-0123 : ${idle}\\n"); process.exit(0); }, 50);`),
    );
    assert.equal(await forward.ended, idle);
    assert.deepEqual(ended, ['me-0123']);
  });

  it('tells of targets out of reach', async () => {
    let errors = 0;
    const forward = await open(
      plugin(
        `${listens} setTimeout(() => { say("Connection to destination port failed, check SSM Agent logs.\\n"); process.exit(0); }, 50);`,
      ),
      { onConnectError: () => void errors++ },
    );
    await forward.ended;
    assert.equal(errors, 1);
  });

  it('fails with the plugin’s words when it never listens', async () => {
    const file = plugin('process.stderr.write("Cannot perform start session: EOF\\n");');
    await assert.rejects(open(file), error => code('session-ended')(error) && /EOF/.test(String(error)));
    assert.deepEqual(ended, ['me-0123']);
  });

  it('is not used when it is so old that it wants its token on the command line', async () => {
    await assert.rejects(open(plugin(listens, '1.2.331.0')), code('plugin-too-old'));
    assert.ok(!existsSync(path.join(folder, 'called.json')), 'it was started all the same');
    assert.deepEqual(ended, ['me-0123']);
  });

  it('fails where there is no such program', async () => {
    await assert.rejects(open(path.join(folder, 'none')), code('plugin-failed'));
    assert.deepEqual(ended, ['me-0123']);
  });

  it('gets no token for a stream that is not AWS’s', async () => {
    const grant = { sessionId: 'me-0123', streamUrl: 'wss://ssmmessages.eu-west-1.example.com/x', token };
    await assert.rejects(open(plugin(listens), { grant }), code('stream-url-refused'));
    assert.ok(!existsSync(path.join(folder, 'called.json')));
  });

  it('is ended when whoever waits for it gives up', async () => {
    const file = plugin('stay(); process.kill(process.ppid, 0);');
    const opening = open(file);
    while (!existsSync(path.join(folder, 'called.json'))) await systemClock.sleep(10);
    giveUp.abort();
    await assert.rejects(opening, { name: 'AbortError' });
    assert.deepEqual(ended, ['me-0123']);
  });
});

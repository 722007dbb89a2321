import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import fc from 'fast-check';
import { proxyFor, proxySettings } from '../../../../src/core/aws/proxySettings.ts';
import {
  environmentText,
  likelyShell,
  noProxyWarning,
  shells,
  tunnelEnvironment,
} from '../../../../src/core/kube/tunnelEnvironment.ts';
import { skipBecause } from '../../../skipBecause.ts';

const host = 'ABC.gr7.eu-west-1.eks.amazonaws.com';
const input = { proxyUrl: 'http://private-eks:0a1b@127.0.0.1:4444', kubeconfig: '/state/kube.yaml', host, env: {} };

describe('the environment for tools that ignore a kubeconfig', () => {
  it('names the proxy in both spellings, and keeps this machine out of it', () => {
    assert.deepEqual(tunnelEnvironment(input), {
      variables: {
        KUBECONFIG: '/state/kube.yaml',
        HTTPS_PROXY: input.proxyUrl,
        https_proxy: input.proxyUrl,
        NO_PROXY: 'localhost,127.0.0.1,::1',
        no_proxy: 'localhost,127.0.0.1,::1',
      },
      defeating: [],
    });
  });

  it('leaves out what would lead past the tunnel, whichever way a tool reads it, and keeps the rest', () => {
    const bad = [
      '*',
      '.amazonaws.com',
      'amazonaws.com',
      '*.eks.amazonaws.com',
      host,
      `${host.toLowerCase()}:443`,
      '.com',
    ];
    const good = ['10.0.0.0/8', '.corp.example', 'sts.eu-west-1.amazonaws.com', 'localhost'];
    const environment = tunnelEnvironment({
      ...input,
      env: { NO_PROXY: [...bad, ...good].join(', '), no_proxy: good[0] },
    });
    assert.deepEqual(environment.defeating, bad);
    assert.equal(environment.variables['NO_PROXY'], `localhost,127.0.0.1,::1,${good.slice(0, 3).join(',')}`);
    const settings = proxySettings(environment.variables);
    assert.equal(proxyFor(settings, 'https:', host), input.proxyUrl);
    assert.match(noProxyWarning(environment) ?? '', /^NO_PROXY has \*, \.amazonaws\.com, .*past the tunnel/);
    for (const shell of shells) assert.match(environmentText(shell, environment), /^(?:#|rem) NO_PROXY has /);
  });

  it('is what each shell reads', () => {
    const environment = tunnelEnvironment({ ...input, kubeconfig: "/o'er here/$x `y` \\z.yaml" });
    assert.match(environmentText('bash', environment), /^export KUBECONFIG='\/o'\\''er here\/\$x `y` \\z\.yaml'\n/);
    assert.match(environmentText('fish', environment), /^set -gx KUBECONFIG '\/o\\'er here\/\$x `y` \\\\z\.yaml'\n/);
    assert.match(
      environmentText('powershell', environment),
      /^\$env:KUBECONFIG = '\/o''er here\/\$x `y` \\z\.yaml'\r\n/,
    );
    assert.equal(
      environmentText('cmd', tunnelEnvironment({ ...input, kubeconfig: 'C:\\a & b\\k.yaml' })),
      [
        'set "KUBECONFIG=C:\\a & b\\k.yaml"',
        `set "HTTPS_PROXY=${input.proxyUrl}"`,
        'set "NO_PROXY=localhost,127.0.0.1,::1"',
        '',
      ].join('\r\n'),
    );
    assert.throws(() => environmentText('cmd', tunnelEnvironment({ ...input, kubeconfig: 'C:\\100%\\k' })), {
      code: 'cannot-quote',
    });
  });

  it('survives a real shell, whatever the path', function () {
    if (process.platform === 'win32') skipBecause(this, 'there is no sh on Windows');
    const anything = fc.string({ unit: 'grapheme', minLength: 1 });
    const paths = fc.sample(anything, 100).filter(path => !path.includes('\0') && path.isWellFormed());
    const script = paths.map(path => {
      const text = environmentText('bash', tunnelEnvironment({ ...input, kubeconfig: path }));
      return `${text}printf '%s\\0' "$KUBECONFIG"\n`;
    });
    const said = execFileSync('sh', { input: script.join(''), env: { PATH: process.env['PATH'] } });
    assert.deepEqual(said.toString().split('\0').slice(0, -1), paths);
  });

  it('is written for the shell that seems to be in use', () => {
    assert.equal(likelyShell({ SHELL: '/usr/bin/fish' }, 'linux'), 'fish');
    assert.equal(likelyShell({ SHELL: '/bin/dash' }, 'linux'), 'bash');
    assert.equal(likelyShell({ SHELL: '/opt/pwsh' }, 'darwin'), 'powershell');
    assert.equal(likelyShell({ PROMPT: '$P$G', PSModulePath: 'x' }, 'win32'), 'cmd');
    assert.equal(likelyShell({ PSModulePath: 'x' }, 'win32'), 'powershell');
    assert.equal(likelyShell({ SHELL: '/usr/bin/bash', PROMPT: 'x' }, 'win32'), 'bash');
    assert.equal(likelyShell({ SHELL: 'C:\\Windows\\System32\\CMD.EXE', PSModulePath: 'x' }, 'win32'), 'cmd');
    assert.equal(likelyShell({ SHELL: 'C:\\Program Files\\PowerShell\\7\\pwsh.exe' }, 'win32'), 'powershell');
  });
});

import { PrivateEksError } from '../errors.ts';

export const shells = ['bash', 'zsh', 'fish', 'powershell', 'cmd'] as const;
export type Shell = (typeof shells)[number];

export interface TunnelEnvironmentInput {
  /** With its credentials: a secret, like the text made of it. */
  readonly proxyUrl: string;
  /** Our own file, whose server is on 127.0.0.1: what reads a kubeconfig needs no proxy. */
  readonly kubeconfig: string;
  /** The cluster's endpoint. */
  readonly host: string;
  /** The environment in which the tools will run. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface TunnelEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Entries of the user's NO_PROXY that would lead past the tunnel, and that are left out. */
  readonly defeating: readonly string[];
}

/**
 * *Copy environment*: for tools that take the endpoint from AWS and dial it themselves. They ask the proxy for every HTTPS host; what is
 * not the cluster goes on as before, the user's own proxy and NO_PROXY included, because the proxy follows them in their place.
 */
export function tunnelEnvironment({ proxyUrl, kubeconfig, host, env }: TunnelEnvironmentInput): TunnelEnvironment {
  const entries = [env['NO_PROXY'], env['no_proxy']].flatMap(value => (value ?? '').split(/[\s,]+/).filter(Boolean));
  const unique = [...new Set(entries)];
  const defeating = unique.filter(entry => bypasses(entry, host));
  const bypass = [...new Set(['localhost', '127.0.0.1', '::1', ...unique])].filter(entry => !defeating.includes(entry));
  const value = bypass.join(',');
  return {
    // curl, Python and Ruby read the lower-case names first, Java and most others the upper-case ones.
    variables: {
      KUBECONFIG: kubeconfig,
      HTTPS_PROXY: proxyUrl,
      https_proxy: proxyUrl,
      NO_PROXY: value,
      no_proxy: value,
    },
    defeating,
  };
}

/** True when any of the ways in which tools read NO_PROXY takes this entry for the host. */
function bypasses(entry: string, host: string): boolean {
  if (entry === '*') return true;
  const bare = entry
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\*?\.?/, '');
  const name = host.toLowerCase();
  // Python's and Ruby's readers compare the ends of the names, with or without a dot between.
  return bare !== '' && name.endsWith(bare);
}

export function noProxyWarning({ defeating }: TunnelEnvironment): string | undefined {
  if (defeating.length === 0) return undefined;
  const names = defeating.join(', ');
  return `NO_PROXY has ${names}: tools would dial the private endpoint directly, past the tunnel. Left out here; the proxy itself still sends those hosts as your NO_PROXY says.`;
}

/** Commands that set the variables in a shell. @throws PrivateEksError `cannot-quote` for what `cmd` has no way to write */
export function environmentText(shell: Shell, environment: TunnelEnvironment): string {
  const eol = shell === 'cmd' || shell === 'powershell' ? '\r\n' : '\n';
  const comment = shell === 'cmd' ? 'rem ' : '# ';
  const warning = noProxyWarning(environment);
  const names = new Set<string>();
  const lines = Object.entries(environment.variables).flatMap(([name, value]) => {
    // Variables of Windows know no case; a second line would say the same again.
    if (shell === 'cmd' && names.has(name.toUpperCase())) return [];
    names.add(name.toUpperCase());
    return [assignment(shell, name, value)];
  });
  return [...(warning === undefined ? [] : [`${comment}${warning}`]), ...lines].map(line => `${line}${eol}`).join('');
}

function assignment(shell: Shell, name: string, value: string): string {
  switch (shell) {
    case 'bash':
    case 'zsh':
      return `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
    case 'fish':
      return `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    case 'powershell':
      // PowerShell takes typographic quotes for quotes, too.
      return `$env:${name} = '${value.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
    case 'cmd':
      // At the prompt, unlike in a batch file, a percent sign cannot be escaped.
      if (/[%"\r\n]/.test(value))
        throw new PrivateEksError('cannot-quote', `cmd has no way to set ${name} to what it should be.`, {
          fix: 'Use PowerShell, or move the state folder to a path without a percent sign.',
        });
      return `set "${name}=${value}"`;
  }
}

/** The shell to write for when none is named: SHELL is set by sh-like ones, on Windows too, or by the caller. */
export function likelyShell(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): Shell {
  const name =
    (env['SHELL'] ?? '')
      .split(/[/\\]/)
      .at(-1)
      ?.toLowerCase()
      .replace(/\.exe$/, '') ?? '';
  if (name === 'pwsh') return 'powershell';
  const named = shells.find(shell => shell === name);
  if (named) return named;
  if (platform !== 'win32') return 'bash';
  return env['PSModulePath'] && !env['PROMPT'] ? 'powershell' : 'cmd';
}

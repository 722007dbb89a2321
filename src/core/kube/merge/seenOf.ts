import type { EntryList } from './kubeconfigEntry.ts';

/** What an entry is, in words that tell nothing secret: a host, a way to sign in, two names. */
export function seenOf(list: EntryList, value: unknown): string {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (list === 'clusters') return `server ${hostOf(fields['server'])}`;
  if (list === 'contexts') return `cluster ${short(fields['cluster'])}, user ${short(fields['user'])}`;
  const exec = fields['exec'] as { command?: unknown } | undefined;
  if (exec) return `credentials from ${short(exec.command)}`;
  const kinds: readonly (readonly [string, string])[] = [
    ['token', 'a token'],
    ['tokenFile', 'a token file'],
    ['client-certificate', 'a client certificate'],
    ['client-certificate-data', 'a client certificate'],
    ['username', 'a user name and password'],
    ['auth-provider', 'an auth provider'],
  ];
  return kinds.find(([key]) => key in fields)?.[1] ?? 'no credentials';
}

function hostOf(server: unknown): string {
  try {
    return new URL(String(server)).host;
  } catch {
    return 'unknown';
  }
}

function short(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 100) : 'unknown';
}

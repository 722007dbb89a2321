/** What a line of AWS's session-manager-plugin says. Its words are its own source's; it has no other way to tell. */
export type PluginNews =
  | { readonly kind: 'listening'; readonly port: number }
  /** The agent cannot reach the target, for one connection. */
  | { readonly kind: 'connect-error' }
  /** It has given up or was ended; an empty reason: it said none. */
  | { readonly kind: 'ended'; readonly reason: string };

export function readPluginLine(line: string): PluginNews | undefined {
  const port = /^Port (\d{1,5}) opened for sessionId /.exec(line)?.[1];
  if (port !== undefined) return { kind: 'listening', port: Number(port) };
  if (/^Connection to destination port failed/.test(line)) return { kind: 'connect-error' };
  const reason =
    /^SessionId: \S+ ?: (.+)$/.exec(line)?.[1] ??
    /^(?:Cannot perform start session|Unable to connect to specified port|Unable to start session): ?(.*)$/.exec(
      line,
    )?.[1];
  if (reason !== undefined) return { kind: 'ended', reason };
  if (/^Exiting session with sessionId: /.test(line)) return { kind: 'ended', reason: '' };
  return undefined;
}

/** Cuts text that arrives in pieces into lines. */
export function lineReader(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return text => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) onLine(line.trim());
  };
}

/** The first release that takes its answer from the environment is the one after this; an older one shows the token to everybody. */
const lastThatShowsTokens = [1, 2, 497, 0];

export function hidesToken(version: string): boolean {
  const parts = /^\s*(\d+)\.(\d+)\.(\d+)(?:\.(\d+))?\s*$/
    .exec(version)
    ?.slice(1)
    .map(part => Number(part ?? 0));
  if (!parts) return false;
  const at = lastThatShowsTokens.findIndex((gate, index) => gate !== parts[index]);
  return at >= 0 && (parts[at] ?? 0) > (lastThatShowsTokens[at] ?? 0);
}

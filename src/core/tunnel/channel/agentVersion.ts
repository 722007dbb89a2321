/** Four numbers, as AWS's agent and client write their versions; undefined for anything else. */
function versionParts(version: string): readonly number[] | undefined {
  const parts = version.trim().split('.');
  if (parts.length === 0 || parts.length > 4 || !parts.every(part => /^\d{1,9}$/.test(part))) return undefined;
  return [0, 1, 2, 3].map(index => Number(parts[index] ?? 0));
}

/** Whether the first version is the later one; undefined when either is no version. Missing parts count as 0. */
export function isLaterVersion(version: string, than: string): boolean | undefined {
  const [left, right] = [versionParts(version), versionParts(than)];
  if (!left || !right) return undefined;
  const at = left.findIndex((part, index) => part !== right[index]);
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
}

/** Agents above 3.0.196.0 carry many connections in one session (smux). One whose version cannot be read is not trusted with it. */
export function isMultiplexing(agentVersion: string): boolean {
  return isLaterVersion(agentVersion, '3.0.196.0') ?? false;
}

/** Agents above 2.3.722.0 end their session when the client's flag says so; others only by the API. */
export function understandsTerminateFlag(agentVersion: string): boolean {
  return isLaterVersion(agentVersion, '2.3.722.0') ?? false;
}

/**
 * What we say we are. Above 1.2.331.0 the agent leaves smux keepalive off, or else it ends the session after 30 idle seconds. Below
 * 1.1.70 it never multiplexes: said where we do not either, since each side decides by itself and they must agree. Always four parts:
 * AWS's own comparison refuses another count.
 */
export const clientVersions = { multiplexed: '1.2.707.0', basic: '1.1.69.0' } as const;

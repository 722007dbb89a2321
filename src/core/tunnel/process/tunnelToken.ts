import { PrivateEksError } from '../../errors.ts';
import type { ExecCredential } from '../../kube/eksToken.ts';
import { askOnce } from './askOnce.ts';
import { listTunnelRecords, type TunnelRecord } from './tunnelRecord.ts';

/** As the credential plugin knows what it signs for. */
export interface TokenOf {
  readonly cluster: string;
  readonly region: string;
  readonly profile: string | undefined;
}

/**
 * A token that an open tunnel of this profile signs, for kubectl's credential plugin: where the profile's role wants an MFA code, the tunnel's
 * process has been given one, and a plugin cannot ask. Undefined when there is no such tunnel.
 * @throws PrivateEksError `signed-out` with the tunnel's own reason
 */
export async function tokenOfTunnel(home: string, of: TokenOf): Promise<ExecCredential | undefined> {
  const isMeant = ({ cluster, region, profile }: TunnelRecord) =>
    cluster === of.cluster && region === of.region && profile === of.profile;
  for (const record of (await listTunnelRecords(home)).filter(isMeant))
    try {
      return await askOnce(record, { type: 'sign-token' }, ({ type, credential, reason }) => {
        if (type !== 'token') return undefined;
        if (typeof reason === 'string') throw new PrivateEksError('signed-out', reason);
        return credential as ExecCredential;
      });
    } catch (error) {
      if (!(error instanceof PrivateEksError) || error.code !== 'tunnel-gone') throw error;
    }
  return undefined;
}

import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { credentialChain } from './core/aws/credentialChain.ts';
import { toPrivateEksError } from './core/aws/errors.ts';
import { proxySettings } from './core/aws/proxySettings.ts';
import { requestHandler } from './core/aws/requestHandler.ts';
import { readSharedConfig } from './core/aws/sharedConfig.ts';
import { PrivateEksError } from './core/errors.ts';
import { eksToken, type ExecCredential } from './core/kube/eksToken.ts';
import { stateHome } from './core/state/stateHome.ts';
import type { TokenOf } from './core/tunnel/process/tunnelToken.ts';

/**
 * The kubeconfig's credential plugin: `token --cluster NAME [--region REGION]` prints an ExecCredential, and nothing else, on standard output.
 * Built as one file that needs no other, because its copy in the state folder outlives the extension's.
 */
export async function printToken(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { cluster: { type: 'string' }, region: { type: 'string' }, profile: { type: 'string' } },
  });
  const { env } = process;
  const region = values.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  if (!values.cluster) throw new PrivateEksError('usage', 'token needs --cluster NAME.');
  if (!region) throw new PrivateEksError('no-region', 'token needs --region REGION, or AWS_REGION.');
  const profile = values.profile ?? (env['AWS_PROFILE'] || undefined);
  const caBundle = env['AWS_CA_BUNDLE'] || (await readSharedConfig()).profiles[profile ?? 'default']?.['ca_bundle'];
  const handler = await requestHandler({ proxy: proxySettings(env), caBundle });
  const { cluster } = values;
  let wantsCode = false;
  const nobody = `Profile ${profile ?? 'default'} wants a code of an MFA device, which cannot be asked for here. A tunnel to ${cluster} that is opened with this profile signs for kubectl.`;
  const code = () => {
    wantsCode = true;
    return Promise.reject(new PrivateEksError('no-credentials', nobody));
  };
  const chain = credentialChain(profile, region, handler, { codes: { code } });
  const credential = await chain
    .provider()
    .then(credentials => eksToken(credentials, region, cluster, Date.now()))
    .catch(async (error: unknown) => {
      const signed = wantsCode ? await signedByTunnel({ cluster, region, profile }) : undefined;
      if (signed) return signed;
      throw toPrivateEksError(error);
    });
  process.stdout.write(`${JSON.stringify(credential)}\n`);
}

/** The copy in a state folder's `bin` belongs to that folder, whatever the environment says. */
async function signedByTunnel(of: TokenOf): Promise<ExecCredential | undefined> {
  const { tokenOfTunnel } = await import('./core/tunnel/process/tunnelToken.ts');
  const [, script = ''] = process.argv;
  const isCopy = path.basename(script) === 'private-eks-token.mjs';
  return tokenOfTunnel(isCopy ? path.resolve(script, '../..') : stateHome(), of);
}

import process from 'node:process';
import { parseArgs } from 'node:util';
import { credentialChain } from './core/aws/credentialChain.ts';
import { toPrivateEksError } from './core/aws/errors.ts';
import { proxySettings } from './core/aws/proxySettings.ts';
import { requestHandler } from './core/aws/requestHandler.ts';
import { readSharedConfig } from './core/aws/sharedConfig.ts';
import { PrivateEksError } from './core/errors.ts';
import { eksToken } from './core/kube/eksToken.ts';

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
  const chain = credentialChain(profile, region, handler, {});
  const credentials = await chain.provider().catch((error: unknown) => {
    throw toPrivateEksError(error);
  });
  const credential = await eksToken(credentials, region, values.cluster, Date.now());
  process.stdout.write(`${JSON.stringify(credential)}\n`);
}

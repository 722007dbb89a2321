import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { ClientConfig } from './clientFactory.ts';
import type { SharedConfigPlace } from './sharedConfig.ts';

export interface CredentialChain {
  readonly provider: AwsCredentialIdentityProvider;
  /** The next call reads files and caches anew. */
  forget(): void;
}

/** The usual chain of the SDK, loaded at its first use and built anew after `forget`. */
export function credentialChain(
  profile: string | undefined,
  region: string,
  handler: ClientConfig['requestHandler'],
  place: SharedConfigPlace,
): CredentialChain {
  let current: Promise<AwsCredentialIdentityProvider> | undefined;
  const build = async (): Promise<AwsCredentialIdentityProvider> => {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    return fromNodeProviderChain({
      ignoreCache: true,
      // Without a region: the SSO client would take it for its own.
      clientConfig: { requestHandler: handler },
      parentClientConfig: { region, requestHandler: handler },
      ...(profile === undefined ? {} : { profile }),
      ...(place.configFile ? { configFilepath: place.configFile } : {}),
      ...(place.credentialsFile ? { filepath: place.credentialsFile } : {}),
    });
  };
  return {
    provider: async (properties): Promise<AwsCredentialIdentity> => (await (current ??= build()))(properties),
    forget: () => (current = undefined),
  };
}

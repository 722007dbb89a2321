import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { SignUpgrade } from '../channel/channelSocket.ts';

/**
 * Signs the upgrade request as AWS's newer clients do: GET, service `ssmmessages`, an empty body, in headers. Loads the signer while
 * the session is still being started. `now` in ms.
 */
export function signUpgrade(
  credentials: AwsCredentialIdentityProvider,
  region: string,
  now: () => number,
): SignUpgrade {
  const loaded = Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-crypto/sha256-js'),
    import('@smithy/protocol-http'),
  ]);
  return async url => {
    const [{ SignatureV4 }, { Sha256 }, { HttpRequest }] = await loaded;
    const { host, hostname, pathname, searchParams } = new URL(url);
    const request = new HttpRequest({
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: pathname,
      // As the Go client signs it: the query's values as a parser reads them.
      query: Object.fromEntries(searchParams),
      headers: { host },
    });
    const signer = new SignatureV4({ credentials, region, service: 'ssmmessages', sha256: Sha256 });
    const { headers } = await signer.sign(request, { signingDate: new Date(now()) });
    const { host: _, ...signature } = headers;
    return signature;
  };
}

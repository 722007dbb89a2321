import type { HttpHandler } from '@smithy/protocol-http';

export interface DeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly url: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly interval: number;
}

export interface NewToken {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string | undefined;
}

interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The OAuth server's calls, as far as a sign-in needs them; errors are the SDK's. */
export interface OidcCalls {
  register(
    name: string,
    scopes: readonly string[],
    signal?: AbortSignal,
  ): Promise<Client & { readonly expiresAt: number }>;
  authorizeDevice(client: Client, startUrl: string, signal?: AbortSignal): Promise<DeviceAuthorization>;
  takeToken(client: Client, deviceCode: string, signal?: AbortSignal): Promise<NewToken>;
  refresh(client: Client, refreshToken: string, signal?: AbortSignal): Promise<NewToken>;
}

export interface OidcOptions {
  readonly region: string;
  readonly handler: HttpHandler;
  readonly endpoint: string | undefined;
}

/** Loads the SDK's client at the first call. `expiresAt` is in ms. */
export function oidcCalls({ region, handler, endpoint }: OidcOptions): OidcCalls {
  const load = async () => {
    const sdk = await import('@aws-sdk/client-sso-oidc');
    const client = new sdk.SSOOIDCClient({
      region,
      requestHandler: handler,
      customUserAgent: 'private-eks',
      ...(endpoint === undefined ? {} : { endpoint }),
    });
    return { sdk, client };
  };
  let loaded: ReturnType<typeof load> | undefined;
  const use = () => (loaded ??= load());
  const createToken = async (
    client: Client,
    grant: { grantType: string; deviceCode?: string; refreshToken?: string },
    abort: AbortSignal | undefined,
  ) => {
    const { sdk, client: oidc } = await use();
    const { clientId, clientSecret } = client;
    const command = new sdk.CreateTokenCommand({ clientId, clientSecret, ...grant });
    const { accessToken, expiresIn = 0, refreshToken } = await oidc.send(command, aborted(abort));
    return { accessToken: required(accessToken, 'accessToken'), expiresIn, refreshToken };
  };
  return {
    register: async (clientName, scopes, abort) => {
      const { sdk, client } = await use();
      const command = new sdk.RegisterClientCommand({
        clientName,
        clientType: 'public',
        ...(scopes.length > 0 ? { scopes: [...scopes] } : {}),
      });
      const answer = await client.send(command, aborted(abort));
      const clientId = required(answer.clientId, 'clientId');
      const clientSecret = required(answer.clientSecret, 'clientSecret');
      return { clientId, clientSecret, expiresAt: (answer.clientSecretExpiresAt ?? 0) * 1000 };
    },
    authorizeDevice: async ({ clientId, clientSecret }, startUrl, abort) => {
      const { sdk, client } = await use();
      const command = new sdk.StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl });
      const answer = await client.send(command, aborted(abort));
      return {
        deviceCode: required(answer.deviceCode, 'deviceCode'),
        userCode: required(answer.userCode, 'userCode'),
        url: required(answer.verificationUriComplete ?? answer.verificationUri, 'verificationUri'),
        expiresIn: answer.expiresIn ?? 600,
        // RFC 8628: five seconds where nothing is said.
        interval: answer.interval ?? 5,
      };
    },
    takeToken: (client, deviceCode, abort) =>
      createToken(client, { grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode }, abort),
    refresh: (client, refreshToken, abort) => createToken(client, { grantType: 'refresh_token', refreshToken }, abort),
  };
}

const aborted = (abortSignal: AbortSignal | undefined) => (abortSignal ? { abortSignal } : {});

function required(value: string | undefined, name: string): string {
  if (!value) throw new Error(`the sign-in service's answer lacks ${name}`);
  return value;
}

import type * as Sdk from '@aws-sdk/client-sso-oidc';
import { randomInt, timingSafeEqual } from 'node:crypto';
import type { CallContext, Service } from '../kernel/account.ts';
import { notImplemented } from '../kernel/awsError.ts';
import { operation } from '../kernel/operation.ts';
import { simulatedOperations } from './simulatedOperations.ts';
import { oauthError, rows, secret, startUrl, type ClientRow } from './sso/ssoRows.ts';

const hour = 3600;
const refreshScope = 'sso:account:access';

function registerClient(input: Sdk.RegisterClientRequest, context: CallContext): Sdk.RegisterClientResponse {
  const { clientType, scopes = [] } = input;
  if (clientType !== 'public')
    throw oauthError('InvalidClientMetadataException', 'invalid_client_metadata', 'Only public clients are supported.');
  const now = context.account.realNow();
  const expiresAt = now + 90 * 24 * hour * 1000;
  const client = { clientId: secret(18), clientSecret: secret(), expiresAt, refreshes: scopes.includes(refreshScope) };
  rows(context, 'clients').set(client.clientId, client);
  const { clientId, clientSecret } = client;
  const seconds = (time: number) => Math.floor(time / 1000);
  return { clientId, clientSecret, clientIdIssuedAt: seconds(now), clientSecretExpiresAt: seconds(expiresAt) };
}

function checkedClient(
  { clientId, clientSecret = '' }: { clientId?: string | undefined; clientSecret?: string | undefined },
  context: CallContext,
): ClientRow {
  const client = rows(context, 'clients').get(clientId);
  const same = (one: string) =>
    one.length === clientSecret.length && timingSafeEqual(Buffer.from(one), Buffer.from(clientSecret));
  if (!client || !same(client.clientSecret) || client.expiresAt <= context.account.realNow())
    throw oauthError('InvalidClientException', 'invalid_client', 'Invalid client provided', 401);
  return client;
}

function startDeviceAuthorization(
  input: Sdk.StartDeviceAuthorizationRequest,
  context: CallContext,
): Sdk.StartDeviceAuthorizationResponse {
  const { clientId } = checkedClient(input, context);
  if (input.startUrl?.replace(/[/#]+$/, '') !== startUrl)
    throw oauthError('InvalidRequestException', 'invalid_request', 'Invalid start url provided');
  const { account } = context;
  const letters = () => Array.from({ length: 4 }, () => 'BCDFGHJKLMNPQRSTVWXZ'.charAt(randomInt(20))).join('');
  const userCode = `${letters()}-${letters()}`;
  const deviceCode = secret();
  const expiresIn = 600;
  const expiresAt = account.realNow() + expiresIn * 1000;
  const device = { clientId, userCode, expiresAt, interval: 1, polledAt: 0, state: 'pending' } as const;
  rows(context, 'devices').set(deviceCode, { ...device });
  const verificationUri = `${account.publicUrl ?? 'http://127.0.0.1'}/device`;
  const verificationUriComplete = `${verificationUri}?user_code=${userCode}`;
  return { deviceCode, userCode, verificationUri, verificationUriComplete, expiresIn, interval: device.interval };
}

function createToken(input: Sdk.CreateTokenRequest, context: CallContext): Sdk.CreateTokenResponse {
  const client = checkedClient(input, context);
  if (input.grantType === 'urn:ietf:params:oauth:grant-type:device_code') takeDevice(input.deviceCode, client, context);
  else if (input.grantType === 'refresh_token') checkRefreshToken(input.refreshToken, client, context);
  else if (input.grantType === 'authorization_code') throw notImplemented('sso-oauth:CreateToken authorization_code');
  else throw oauthError('UnsupportedGrantTypeException', 'unsupported_grant_type', 'Unsupported grant type.');
  const { clientId } = client;
  const now = context.account.realNow();
  // With a refresh token the access token lives for an hour, and the whole sign-in for eight.
  const expiresIn = client.refreshes ? hour : 8 * hour;
  const accessToken = secret();
  rows(context, 'tokens').set(accessToken, { clientId, expiresAt: now + expiresIn * 1000 });
  if (!client.refreshes) return { accessToken, tokenType: 'Bearer', expiresIn };
  const refreshToken = input.refreshToken ?? secret();
  if (input.refreshToken === undefined)
    rows(context, 'refreshTokens').set(refreshToken, { clientId, expiresAt: now + 8 * hour * 1000 });
  return { accessToken, tokenType: 'Bearer', expiresIn, refreshToken };
}

function takeDevice(code: string | undefined, { clientId }: ClientRow, context: CallContext): void {
  const device = rows(context, 'devices').get(code);
  const now = context.account.realNow();
  if (device?.clientId !== clientId || device.state === 'used')
    throw oauthError('InvalidGrantException', 'invalid_grant', 'Invalid device code provided');
  if (device.expiresAt <= now)
    throw oauthError('ExpiredTokenException', 'expired_token', 'The device code has expired');
  if (device.state === 'denied') throw oauthError('AccessDeniedException', 'access_denied', 'The request was denied');
  // A tenth of a second for clocks and the network.
  const early = now - device.polledAt < device.interval * 1000 - 100;
  device.polledAt = now;
  if (early) {
    device.interval += 5;
    throw oauthError('SlowDownException', 'slow_down', 'Too many requests');
  }
  if (device.state === 'pending')
    throw oauthError('AuthorizationPendingException', 'authorization_pending', 'The authorization is pending');
  device.state = 'used';
}

function checkRefreshToken(token: string | undefined, { clientId }: ClientRow, context: CallContext): void {
  const row = rows(context, 'refreshTokens').get(token);
  if (row?.clientId !== clientId || row.expiresAt <= context.account.realNow())
    throw oauthError('InvalidGrantException', 'invalid_grant', 'Invalid refresh token provided');
}

/** IAM Identity Center's OAuth server, with one start URL and one person. */
export const ssoOidc: Service = {
  name: 'sso-oauth',
  operations: simulatedOperations(
    'sso-oauth',
    {
      RegisterClient: operation(registerClient),
      StartDeviceAuthorization: operation(startDeviceAuthorization),
      CreateToken: operation(createToken),
    },
    { RegisterClient: 'clientName clientType scopes grantTypes' },
  ),
};

import http from 'node:http';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { ApiError, unauthorized } from './apiError.ts';
import { answer, type ApiReply } from './apiServer.ts';
import { authenticate } from './authentication.ts';
import { servingCertificate } from './certificates.ts';
import type { ClusterKey } from './clusterObjects.ts';
import { clusterObjects } from './objectStore.ts';
import { describeCluster } from './serviceIp.ts';
import { Watch } from './watch.ts';

const bodyLimit = 3 * 1024 * 1024;

/**
 * Serves the cluster's API, TLS and HTTP/1.1, over a connection that somebody else has made: nothing listens anywhere. `realNow` in ms is
 * what tokens are judged by.
 */
export function serveConnection(key: ClusterKey, socket: Duplex, realNow: () => number = Date.now): void {
  const { hostname } = new URL(describeCluster(key).endpoint ?? '');
  const { certPem, keyPem } = servingCertificate(key, hostname);
  const secure = new tls.TLSSocket(socket, {
    isServer: true,
    secureContext: tls.createSecureContext({ cert: certPem, key: keyPem, minVersion: 'TLSv1.2' }),
    ALPNProtocols: ['http/1.1'],
  });
  const server = http.createServer({ keepAliveTimeout: 90_000, requestTimeout: 0 }, (request, response) => {
    respond(key, request, response, realNow).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  // Whoever ends its half has gone away: that is no error of ours, and its watches end.
  secure.on('end', () => secure.destroy());
  secure.on('error', () => socket.destroy());
  socket.on('error', () => secure.destroy());
  socket.on('close', () => secure.destroy());
  server.on('clientError', () => secure.destroy());
  server.emit('connection', secure);
}

async function respond(
  key: ClusterKey,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  realNow: () => number,
): Promise<void> {
  const send = ({ status, body, contentType, warnings = [] }: ApiReply): void => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    for (const warning of warnings) response.appendHeader('Warning', `299 - ${JSON.stringify(warning)}`);
    const bytes = raw ? Buffer.from(body as string) : Buffer.from(`${JSON.stringify(body)}\n`);
    response.writeHead(status, {
      'Content-Type': contentType ?? 'application/json',
      'Content-Length': bytes.byteLength,
      'Cache-Control': 'no-cache, private',
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
  try {
    const body = await readBody(request);
    key.account.onTouched?.();
    const reply = handle(key, request, body, realNow());
    if (!(reply instanceof Watch)) {
      if (request.method !== 'GET') key.account.onTouched?.();
      return send(reply);
    }
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
    response.flushHeaders();
    response.on(
      'close',
      reply.open(
        line => void response.write(line),
        () => void response.end(),
      ),
    );
  } catch (error) {
    send(failure(error));
  }
}

function handle(key: ClusterKey, request: http.IncomingMessage, body: Buffer, realNow: number) {
  const { headers, method = 'GET', url = '/' } = request;
  const { pathname, searchParams } = new URL(url, 'https://kubernetes.default.svc');
  const open = ['/healthz', '/livez', '/readyz'].includes(pathname);
  const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const user = token === undefined ? undefined : authenticate(key, token, realNow);
  if (!user && !(open && token === undefined)) throw unauthorized();
  const anonymous = {
    name: 'system:anonymous',
    groups: ['system:unauthenticated'],
    extra: {},
    grants: [{ namespaces: undefined, rules: [{ verbs: ['get'], nonResourceURLs: [pathname] }] }],
  };
  return answer(clusterObjects(key), {
    method,
    path: pathname,
    query: searchParams,
    accept: headers.accept ?? '',
    contentType: headers['content-type'] ?? '',
    userAgent: headers['user-agent'] ?? '',
    body,
    user: user ?? anonymous,
  });
}

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    parts.push(part as Buffer);
    length += (part as Buffer).byteLength;
    if (length > bodyLimit) throw new ApiError(413, 'RequestEntityTooLarge', `limit is ${bodyLimit}`);
  }
  return Buffer.concat(parts);
}

function failure(error: unknown): ApiReply {
  if (error instanceof ApiError) return { status: error.code, body: error.status() };
  if (error instanceof URIError) return { status: 400, body: new ApiError(400, 'BadRequest', error.message).status() };
  // A defect of the sandbox's own: say where, or nobody finds it.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    status: 500,
    body: new ApiError(500, 'InternalError', `Internal error occurred: sandbox defect: ${text}`).status(),
  };
}

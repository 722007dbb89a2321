import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { proxyFor, type ProxySettings } from '../../aws/proxySettings.ts';
import type { Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import { connectTarget, isAuthorized, type ConnectTarget, type ProxyCredentials } from './connectRequest.ts';
import { dialOut } from './dialOut.ts';
import type { Connect } from './portForward.ts';
import { relay } from './relay.ts';

export interface ConnectProxyOptions {
  /** Names of cluster endpoints: connections to their port 443 go into the VPC. */
  readonly clusterHosts: readonly string[];
  readonly connect: Connect;
  /** The user's own proxy, for every other host. */
  readonly upstream: ProxySettings;
  readonly credentials: ProxyCredentials;
  readonly clock: Clock;
  /** Closes it. */
  readonly signal: AbortSignal;
}

export interface ConnectProxy {
  readonly port: number;
  /** `http://USER:PASSWORD@127.0.0.1:PORT`, for HTTPS_PROXY and `proxy-url`: a secret. */
  readonly url: string;
  close(): Promise<void>;
}

const limits = {
  connections: 512,
  headerBytes: 8 * 1024,
  headers: 64,
  headerMs: 10_000,
  dialMs: 30_000,
};

/**
 * An HTTP proxy on 127.0.0.1 for tools that take the endpoint's address from AWS and not from a kubeconfig: eksctl, Terraform's providers,
 * SDKs. It knows CONNECT alone; TLS is between the tool and the host. Without the credentials it serves nobody.
 */
export async function openConnectProxy(options: ConnectProxyOptions): Promise<ConnectProxy> {
  const { credentials, signal } = options;
  const open = new Set<Duplex>();
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headerMs,
    requestTimeout: limits.headerMs,
    connectionsCheckingInterval: 1_000,
    keepAlive: true,
    noDelay: true,
    requireHostHeader: false,
  });
  server.maxConnections = limits.connections;
  server.maxHeadersCount = limits.headers;
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  });
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket: Duplex) =>
    refuse(socket, mistakes[code ?? ''] ?? '400 Bad Request'),
  );
  server.on('request', (request, response) => {
    const known = isAuthorized(request.headers['proxy-authorization'], credentials);
    response.writeHead(known ? 501 : 407, {
      connection: 'close',
      'content-type': 'text/plain',
      ...(known ? {} : { 'proxy-authenticate': challenge }),
    });
    response.end(known ? 'This proxy knows CONNECT alone: use it as HTTPS_PROXY, not as HTTP_PROXY.\n' : '');
  });
  let ownPort = 0;
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void serve(request, socket, head, { ...options, ownPort }, open);
  });
  ownPort = await listen(server);
  const close = () =>
    new Promise<void>(resolve => {
      signal.removeEventListener('abort', abort);
      server.close(() => resolve());
      for (const one of open) one.destroy();
    });
  const abort = () => void close();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) await close();
  const { user, password } = credentials;
  return {
    port: ownPort,
    url: `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${ownPort}`,
    close,
  };
}

const mistakes: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

const challenge = 'Basic realm="private-eks"';

async function serve(
  { url, headers }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: ConnectProxyOptions & { readonly ownPort: number },
  open: Set<Duplex>,
): Promise<void> {
  if (!isAuthorized(headers['proxy-authorization'], options.credentials))
    return refuse(socket, '407 Proxy Authentication Required', `Proxy-Authenticate: ${challenge}\r\n`);
  const target = connectTarget(url);
  // A CONNECT has no body; who sends one wants this proxy and another to read different things.
  const hasBody = headers['transfer-encoding'] !== undefined || !['0', undefined].includes(headers['content-length']);
  if (!target || hasBody) return refuse(socket, '400 Bad Request');
  const isCluster = options.clusterHosts.some(host => host.toLowerCase() === target.host);
  if (isCluster && target.port !== 443) return refuse(socket, '403 The tunnel leads to port 443 alone');
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  let far: Duplex;
  try {
    far = await within<Duplex>(limits.dialMs, options.clock, gone, signal =>
      isCluster ? options.connect(signal) : dialOut(target, upstreamFor(target, options), signal),
    );
  } catch (error) {
    return refuse(socket, failure(error, isCluster));
  }
  if (socket.destroyed) return void far.destroy();
  open.add(far);
  far.on('close', () => open.delete(far));
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (head.length > 0) far.write(head);
  relay(socket, far, !isCluster, options.clock);
}

/** The user's proxy for this host, unless that is this very proxy: a shell with our environment may have started the tunnel. */
function upstreamFor({ host }: ConnectTarget, { upstream, ownPort }: { upstream: ProxySettings; ownPort: number }) {
  const proxy = proxyFor(upstream, 'https:', host);
  const url = proxy === undefined ? null : URL.parse(proxy);
  const isSelf = url !== null && /^(?:127\.|localhost$|\[::1\]$)/.test(url.hostname) && Number(url.port) === ownPort;
  return isSelf ? undefined : proxy;
}

async function within<T>(
  milliseconds: number,
  clock: Clock,
  gone: AbortController,
  dial: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inTime = new AbortController();
  void clock.sleep(milliseconds, inTime.signal).then(
    () => gone.abort(new PrivateEksError('timeout', 'It takes too long', { retryable: true })),
    () => undefined,
  );
  try {
    return await dial(gone.signal);
  } catch (error) {
    throw gone.signal.reason instanceof PrivateEksError ? gone.signal.reason : error;
  } finally {
    inTime.abort();
  }
}

/** The status line's words are all that kubectl and Terraform show of a refusal. */
function failure(error: unknown, isCluster: boolean): string {
  const words = (error instanceof PrivateEksError ? error.message : 'no connection')
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .slice(0, 120);
  if (error instanceof PrivateEksError && error.code === 'timeout') return `504 ${words}`;
  return isCluster ? `503 The tunnel has no way into the VPC now: ${words}` : `502 ${words}`;
}

function refuse(socket: Duplex, status: string, headers = ''): void {
  if (socket.destroyed || !socket.writable) return void socket.destroy();
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Content-Length: 0\r\nConnection: close\r\n\r\n`, () => {
    // Whatever is still on its way here is of no use to anybody.
    socket.destroy();
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { isS3Host } from '../wire/bucketAddress.ts';
import type { WireRequest, WireResponse } from '../wire/wireMessage.ts';

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HttpFrontOptions {
  readonly port: number;
  /** A rejection cuts the connection. */
  readonly handle: (request: WireRequest) => Promise<WireResponse>;
  /** WebSockets of `/v1/data-channel/…`. */
  readonly upgrade: Upgrade;
}

const largestBody = 32 << 20;

/** This loopback server under its own names, with a bucket before them or not, or S3's; a page whose name was rebound to us bears none of them. */
export function isOwnHost(host: string | undefined, port: number): boolean {
  if (host === undefined) return false;
  const own = /^(?:[a-z0-9.-]+\.)?(?:127\.0\.0\.1|localhost):(\d+)$/.exec(host)?.[1];
  return own === undefined ? isS3Host(host) : Number(own) === port;
}

/** An HTTP server on the loopback interface, nowhere else. */
export async function listen({ port, handle, upgrade }: HttpFrontOptions): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    void answer(request, response, handle, boundPort(server));
  });
  server.on('upgrade', (request, socket, head) => {
    const allowed = isOwnHost(request.headers.host, boundPort(server)) && request.url?.startsWith('/v1/data-channel/');
    if (allowed) upgrade(request, socket, head);
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { server, port: boundPort(server) };
}

const boundPort = (server: Server) => (server.address() as AddressInfo | null)?.port ?? 0;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: HttpFrontOptions['handle'],
  port: number,
): Promise<void> {
  try {
    if (!isOwnHost(request.headers.host, port)) return void response.writeHead(403).end('Unknown Host header\n');
    const body = await readBody(request);
    if (!body) return void response.writeHead(413, { connection: 'close' }).end();
    const headers: Record<string, string> = {};
    for (const [name, values] of Object.entries(request.headersDistinct)) headers[name] = values?.join(',') ?? '';
    const { method = 'GET', url: target = '/' } = request;
    const answered = await handle({ method, target, headers, body });
    const bytes = typeof answered.body === 'string' ? Buffer.from(answered.body) : answered.body;
    const length = method === 'HEAD' ? {} : { 'content-length': String(bytes.byteLength) };
    response.writeHead(answered.status, { ...answered.headers, ...length }).end(bytes);
  } catch {
    request.socket.destroy();
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > largestBody) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

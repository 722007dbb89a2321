import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { HttpRequest } from '@smithy/protocol-http';
import { toPrivateEksError } from '../../../../src/core/aws/errors.ts';
import { requestHandler } from '../../../../src/core/aws/requestHandler.ts';

describe('the request handler', () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function ask(listener: RequestListener) {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const timeouts = { requestTimeout: 30, socketTimeout: 60 };
    const handler = await requestHandler({
      proxy: { https: undefined, http: undefined, bypass: [] },
      caBundle: undefined,
      timeouts,
    });
    const request = { method: 'POST', protocol: 'http:', hostname: '127.0.0.1', port, path: '/', headers: {} };
    return handler.handle(new HttpRequest(request)).finally(() => handler.destroy?.());
  }

  it('ends a request that is never answered, as a network error that is worth a retry', async () => {
    const error: unknown = await ask(() => undefined).then(
      () => assert.fail('answered'),
      (failure: unknown) => failure,
    );
    const { code, retryable } = toPrivateEksError(error);
    assert.deepEqual({ code, retryable }, { code: 'network', retryable: true });
  });

  it('ends an answer that stops in its middle', async () => {
    const { response } = await ask(
      (_request, answer) => void answer.writeHead(200, { 'content-length': '9' }).write('half'),
    );
    await assert.rejects(async () => {
      for await (const chunk of response.body as Readable) assert.equal(String(chunk), 'half');
    }, /timed out|aborted/);
  });
});

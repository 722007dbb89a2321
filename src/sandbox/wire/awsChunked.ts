import type { WireRequest } from './wireMessage.ts';

/** Unpacks an `aws-chunked` body: `size[;chunk-signature=…]\r\n data \r\n … 0 \r\n trailers`. Trailing checksums are not compared. */
export function decodeAwsChunked(request: WireRequest): WireRequest {
  const encodings = (request.headers['content-encoding'] ?? '').split(/\s*,\s*/).filter(name => name !== '');
  if (!encodings.includes('aws-chunked')) return request;
  const source = Buffer.from(request.body);
  const chunks: Buffer[] = [];
  for (let at = 0; at < source.byteLength;) {
    const lineEnd = source.indexOf('\r\n', at);
    const size = lineEnd === -1 ? 0 : parseInt(source.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) break;
    chunks.push(source.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  const left = encodings.filter(name => name !== 'aws-chunked').join(',');
  const { 'content-encoding': _, ...headers } = request.headers;
  return {
    ...request,
    headers: left === '' ? headers : { ...headers, 'content-encoding': left },
    body: Buffer.concat(chunks),
  };
}

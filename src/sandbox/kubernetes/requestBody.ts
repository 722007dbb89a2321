import { parse } from 'yaml';
import { ApiError, badRequest } from './apiError.ts';
import type { ApiRequest } from './apiServer.ts';
import { fromProtobuf } from './protobufBody.ts';

/** A JSON, YAML or protobuf body; undefined where there is none. */
export function parseBody({ body, contentType }: Pick<ApiRequest, 'body' | 'contentType'>): unknown {
  if (body.byteLength === 0) return undefined;
  if (contentType.startsWith('application/vnd.kubernetes.protobuf')) return fromProtobuf(body);
  if (/cbor/.test(contentType))
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
      {},
    );
  const text = body.toString();
  try {
    return /yaml/.test(contentType) ? parse(text) : (JSON.parse(text) as unknown);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type JSON or YAML): ${error instanceof Error ? error.message : ''}`,
    );
  }
}

import { parse } from 'yaml';
import { ApiError, badRequest } from './apiError.ts';
import type { ApiRequest } from './apiServer.ts';

/** A JSON or YAML body; undefined where there is none. */
export function parseBody({ body, contentType }: Pick<ApiRequest, 'body' | 'contentType'>): unknown {
  if (body === '') return undefined;
  if (/protobuf|cbor/.test(contentType))
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
      {},
    );
  try {
    return /yaml/.test(contentType) ? parse(body) : (JSON.parse(body) as unknown);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type JSON or YAML): ${error instanceof Error ? error.message : ''}`,
    );
  }
}

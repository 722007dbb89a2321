import { AwsError } from '../kernel/awsError.ts';
import { document } from './httpBinding.ts';
import { writeJson } from './jsonCodec.ts';
import type { Protocol, ServiceSchema } from './serviceCatalog.ts';
import type { WireResponse } from './wireMessage.ts';
import { escapeXml, writeXmlMembers } from './xmlCodec.ts';

export interface ErrorTarget {
  readonly protocol: Protocol;
  readonly schema: ServiceSchema | undefined;
  readonly requestId: string;
}

/** An error in its protocol's envelope, with the HTTP status that the service's model gives it. */
export function errorResponse(error: AwsError, { protocol, schema, requestId }: ErrorTarget): WireResponse {
  const known = schema?.errors.get(error.code);
  const status = known?.status ?? error.status;
  const code = escapeXml(error.code);
  const message = escapeXml(error.message);
  const namespace = schema?.xmlNamespace ?? '';
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const members = known ? writeXmlMembers(known.schema, error.members) : '';
  switch (protocol) {
    case 'query': {
      const detail = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message>${members}</Error>`;
      const body = `<ErrorResponse xmlns="${namespace}">${detail}<RequestId>${requestId}</RequestId></ErrorResponse>`;
      return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
    }
    case 'ec2': {
      const detail = `<Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>`;
      const body = document(`<Response>${detail}<RequestID>${requestId}</RequestID></Response>`);
      return { status, headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId }, body };
    }
    case 'rest-xml': {
      // S3 alone has an element of its own for errors; others answer as over the query protocol.
      if (schema && schema.service !== 's3') return errorResponse(error, { protocol: 'query', schema, requestId });
      const ids = `<RequestId>${requestId}</RequestId><HostId>sandbox</HostId>`;
      // A bucket's region is told in a header too, which clients follow.
      const { BucketRegion: region, ...others } = error.members;
      const extra = Object.entries(others).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
      const body = document(`<Error><Code>${code}</Code><Message>${message}</Message>${extra.join('')}${ids}</Error>`);
      const headers: Record<string, string> = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
      if (typeof region === 'string') headers['x-amz-bucket-region'] = region;
      return { status, headers, body };
    }
    case 'json':
    case 'rest-json': {
      const detail = known ? (writeJson(known.schema, error.members) as object) : {};
      const rest = protocol === 'rest-json';
      const headers = {
        'content-type': rest ? 'application/json' : 'application/x-amz-json-1.1',
        'x-amzn-requestid': requestId,
        ...(rest ? { 'x-amzn-errortype': error.code } : {}),
      };
      const named = rest ? { message: error.message } : { __type: error.code, message: error.message };
      return { status, headers, body: JSON.stringify({ ...detail, ...named }) };
    }
  }
}

/** Conditions that every service knows and each protocol words in its own way: code, message, status. */
export type CommonFault =
  | 'missing-auth'
  | 'unknown-key'
  | 'bad-signature'
  | 'skewed'
  | 'expired-token'
  | 'unknown-operation'
  | 'malformed'
  | 'throttled'
  | 'internal';

type Wording = readonly [code: string, message: string, status: number];
const invalidToken = 'The security token included in the request is invalid.';
const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const notValidated = 'AWS was not able to validate the provided access credentials';
const missing = 'Request is missing Authentication Token';
const failure = 'We encountered an internal error. Please try again.';

const json: Readonly<Record<CommonFault, Wording>> = {
  'missing-auth': ['MissingAuthenticationTokenException', missing, 400],
  'unknown-key': ['UnrecognizedClientException', invalidToken, 400],
  'bad-signature': ['InvalidSignatureException', mismatch, 400],
  skewed: ['InvalidSignatureException', 'Signature expired', 400],
  'expired-token': ['ExpiredTokenException', 'The security token included in the request is expired', 400],
  'unknown-operation': ['UnknownOperationException', '', 400],
  malformed: ['SerializationException', 'Malformed input', 400],
  throttled: ['ThrottlingException', 'Rate exceeded', 400],
  internal: [
    'InternalFailure',
    'The request processing has failed because of an unknown error, exception or failure.',
    500,
  ],
};
const wordings: Readonly<Record<Protocol, Readonly<Record<CommonFault, Wording>>>> = {
  json,
  'rest-json': {
    ...json,
    'missing-auth': ['MissingAuthenticationTokenException', 'Missing Authentication Token', 403],
    'unknown-key': ['UnrecognizedClientException', invalidToken, 403],
    'bad-signature': ['InvalidSignatureException', mismatch, 403],
    skewed: ['InvalidSignatureException', 'Signature expired', 403],
    'expired-token': ['ExpiredTokenException', 'The security token included in the request is expired', 403],
    'unknown-operation': ['UnknownOperationException', '', 404],
    throttled: ['ThrottlingException', 'Rate exceeded', 429],
  },
  query: {
    'missing-auth': ['MissingAuthenticationToken', missing, 403],
    'unknown-key': ['InvalidClientTokenId', invalidToken, 403],
    'bad-signature': ['SignatureDoesNotMatch', mismatch, 403],
    skewed: ['SignatureDoesNotMatch', 'Signature expired', 403],
    'expired-token': ['ExpiredToken', 'The security token included in the request is expired', 403],
    'unknown-operation': ['InvalidAction', 'Could not find operation', 400],
    malformed: ['MalformedInput', 'Malformed input', 400],
    throttled: ['Throttling', 'Rate exceeded', 400],
    internal: ['InternalFailure', failure, 500],
  },
  ec2: {
    'missing-auth': ['MissingAuthenticationToken', missing, 403],
    'unknown-key': ['AuthFailure', notValidated, 401],
    'bad-signature': ['AuthFailure', notValidated, 401],
    skewed: ['RequestExpired', 'Request has expired.', 400],
    'expired-token': ['RequestExpired', 'Request has expired.', 400],
    'unknown-operation': ['InvalidAction', 'The action is not valid for this web service.', 400],
    malformed: ['InvalidParameterValue', 'Malformed value', 400],
    throttled: ['RequestLimitExceeded', 'Request limit exceeded.', 503],
    internal: ['InternalError', 'An internal error has occurred', 500],
  },
  'rest-xml': {
    'missing-auth': ['AccessDenied', 'Access Denied', 403],
    'unknown-key': ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403],
    'bad-signature': [
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    ],
    skewed: ['RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', 403],
    'expired-token': ['ExpiredToken', 'The provided token has expired.', 400],
    'unknown-operation': ['MethodNotAllowed', 'The specified method is not allowed against this resource.', 405],
    malformed: [
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
      400,
    ],
    throttled: ['SlowDown', 'Please reduce your request rate.', 503],
    internal: ['InternalError', failure, 500],
  },
};

/** `detail` replaces the usual message where the service says more. */
export function commonError(protocol: Protocol, fault: CommonFault, detail?: string): AwsError {
  const [code, message, status] = wordings[protocol][fault];
  return new AwsError(code, detail ?? message, status);
}

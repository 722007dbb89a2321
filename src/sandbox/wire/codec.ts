import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { bucketOf } from './bucketAddress.ts';
import { commonError } from './errorResponse.ts';
import { document, parseJson, readBound, writeBound } from './httpBinding.ts';
import { readJson, writeJson } from './jsonCodec.ts';
import { readQuery } from './queryCodec.ts';
import { matchRoute } from './route.ts';
import { MalformedValue } from './scalar.ts';
import type { OperationSchema, ServiceSchema } from './serviceCatalog.ts';
import { splitTarget, type WireRequest, type WireResponse } from './wireMessage.ts';
import { writeXmlMembers } from './xmlCodec.ts';

/** What a request asks for; `read` parses its input, `write` puts an output into the protocol's envelope. */
export interface Call {
  readonly operation: OperationSchema;
  read(): object;
  write(output: object, requestId: string): WireResponse;
}

/** Finds the operation that a request names; throws AWS's error for one that AWS does not know. */
export function decodeCall(service: ServiceSchema, request: WireRequest): Call {
  const call = dispatch[service.protocol](service, request);
  return {
    ...call,
    read: () => {
      try {
        return call.read();
      } catch (error) {
        if (error instanceof MalformedValue || error instanceof URIError)
          throw commonError(service.protocol, 'malformed', service.protocol === 'rest-xml' ? undefined : error.message);
        throw error;
      }
    },
  };
}

function named(service: ServiceSchema, name: string, detail?: string): OperationSchema {
  const operation = service.operations.get(name);
  if (!operation) throw commonError(service.protocol, 'unknown-operation', detail);
  return operation;
}

/** Of classic load balancers, which share the newer ones' host: only their deletion is simulated. */
const classicVersion = '2012-06-01';

function queryCall(service: ServiceSchema, request: WireRequest): Call {
  const parameters = splitTarget(request.target).query;
  if (request.method === 'POST')
    for (const [key, value] of new URLSearchParams(Buffer.from(request.body).toString('utf8')))
      parameters.set(key, value);
  const action = parameters.get('Action');
  const ec2 = service.protocol === 'ec2';
  if (!action) throw new AwsError('MissingAction', 'Action parameter is missing', 400);
  const version = parameters.get('Version') ?? '';
  if (service.service === 'elasticloadbalancing' && version === classicVersion) {
    if (action !== 'DeleteLoadBalancer') throw notImplemented(`elasticloadbalancing:${action} of ${classicVersion}`);
    const name = parameters.get('LoadBalancerName');
    if (name) parameters.set('LoadBalancerArn', `classic/${name}`);
  }
  const operation = named(
    service,
    action,
    ec2
      ? `The action ${action} is not valid for this web service.`
      : `Could not find operation ${action} for version ${version}`,
  );
  return {
    operation,
    read: () => readQuery(operation.input, parameters, ec2),
    write: (output, requestId) => {
      const headers = { 'content-type': ec2 ? 'text/xml;charset=UTF-8' : 'text/xml', 'x-amzn-requestid': requestId };
      const members = writeXmlMembers(operation.output, output);
      const open = `<${action}Response xmlns="${service.xmlNamespace}">`;
      if (ec2) {
        // What says nothing else says <return>true</return>.
        const content = members === '' ? '<return>true</return>' : members;
        return {
          status: 200,
          headers,
          body: document(`${open}<requestId>${requestId}</requestId>${content}</${action}Response>`),
        };
      }
      const result = operation.output.isUnitSchema() ? '' : `<${action}Result>${members}</${action}Result>`;
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      return { status: 200, headers, body: `${open}${result}${metadata}</${action}Response>` };
    },
  };
}

function jsonCall(service: ServiceSchema, request: WireRequest): Call {
  const [prefix = '', name = ''] = (request.headers['x-amz-target'] ?? '').split('.');
  const operation = named(service, prefix === service.targetPrefix ? name : '');
  const type = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  return {
    operation,
    read: () => readJson(operation.input, request.body.byteLength === 0 ? {} : parseJson(request.body)) ?? {},
    write: (output, requestId) => ({
      status: 200,
      headers: { 'content-type': type, 'x-amzn-requestid': requestId },
      body: operation.output.isUnitSchema() ? '' : JSON.stringify(writeJson(operation.output, output)),
    }),
  };
}

function restCall(service: ServiceSchema, request: WireRequest): Call {
  const xml = service.protocol === 'rest-xml';
  const { path: fullPath, query } = splitTarget(request.target);
  const { bucket, path } =
    service.service === 's3'
      ? bucketOf(request.headers['host'] ?? '', fullPath)
      : { bucket: undefined, path: fullPath };
  const { method, headers } = request;
  const matched = matchRoute(service.routes, { method, path, query, headers }, bucket);
  if (!matched) throw commonError(service.protocol, 'unknown-operation');
  const { operation, status } = matched.route;
  const labels = bucket === undefined ? matched.labels : { ...matched.labels, Bucket: bucket };
  return {
    operation,
    read: () => readBound(operation.input, { ...matched, labels }, request, xml),
    write: (output, requestId) => {
      const response = writeBound(operation.output, output, status, { xml, xmlNamespace: service.xmlNamespace });
      response.headers[xml ? 'x-amz-request-id' : 'x-amzn-requestid'] = requestId;
      return response;
    },
  };
}

const dispatch = {
  query: queryCall,
  ec2: queryCall,
  json: jsonCall,
  'rest-json': restCall,
  'rest-xml': restCall,
} as const;

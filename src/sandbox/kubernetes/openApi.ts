import { createHash } from 'node:crypto';
import { groups } from './discovery.ts';
import { gnosticDocument } from './gnosticProtobuf.ts';
import { groupVersionOf, kinds, type Kind } from './kinds.ts';
import { objectType, objectTypeNames, type TypeRef } from './schema.ts';

/** An OpenAPI schema, as far as ours need one. */
export interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly [extension: `x-${string}`]: unknown;
}

/** Clients ask for it with `@v1.0` behind, which is no media type that Go would parse in an answer. */
const media = 'application/com.github.proto-openapi.spec.v2';
const modelName = (type: string) => `io.k8s.api.${type}`;

/** Answers `/openapi/v2` and `/openapi/v3` with what lies below; undefined for any other path. */
export function openApi(
  path: string,
  accept: string,
  version: string,
): { body: object | Uint8Array; contentType?: string } | undefined {
  if (path === '/openapi/v2') {
    const document = {
      swagger: '2.0',
      info: { title: 'Kubernetes', version },
      paths: pathsOf(kinds, parameterV2),
      definitions: schemas('#/definitions/'),
    };
    if (!accept.includes(media)) return { body: document };
    return { body: gnosticDocument(document), contentType: `${media}.v1.0+protobuf` };
  }
  if (path === '/openapi/v3') {
    const paths = groups.map(group => {
      const name = group.group === '' ? `api/${group.version}` : `apis/${group.group}/${group.version}`;
      const hash = createHash('sha256')
        .update(JSON.stringify(documentV3(group.kinds, version)))
        .digest('hex');
      return [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${hash.toUpperCase()}` }];
    });
    return { body: { paths: Object.fromEntries(paths) as object } };
  }
  const [, group = '', groupVersion] = /^\/openapi\/v3\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path) ?? [];
  const found = groups.find(each => each.group === group && each.version === groupVersion);
  return found && { body: documentV3(found.kinds, version) };
}

function documentV3(members: readonly Kind[], version: string): object {
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: pathsOf(members, parameterV3),
    components: { schemas: schemas('#/components/schemas/') },
  };
}

const parameterV2 = (name: string): object => ({ name, in: 'query', type: 'string', uniqueItems: true });
const parameterV3 = (name: string): object => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });

/** No more than clients ask the document for: the kind behind a path, and which query parameters its writes take. */
function pathsOf(members: readonly Kind[], parameter: (name: string) => object): Record<string, object> {
  return Object.fromEntries<object>(
    members.map(kind => {
      const base = kind.group === '' ? `/api/${kind.version}` : `/apis/${groupVersionOf(kind)}`;
      const operation = (action: string, ...names: string[]) => ({
        operationId: `${action}${kind.kind}`,
        parameters: names.map(parameter),
        responses: { 200: { description: 'OK' } },
        'x-kubernetes-action': action,
        'x-kubernetes-group-version-kind': { group: kind.group, kind: kind.kind, version: kind.version },
      });
      const path = `${base}/${kind.namespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}`;
      if (!kind.verbs.includes('patch'))
        return [path, { post: operation('post', 'dryRun', 'fieldManager', 'fieldValidation') }];
      return [
        `${path}/{name}`,
        {
          get: operation('get'),
          put: operation('put', 'dryRun', 'fieldManager', 'fieldValidation'),
          patch: operation('patch', 'dryRun', 'fieldManager', 'fieldValidation', 'force'),
          delete: operation('delete', 'dryRun', 'gracePeriodSeconds', 'propagationPolicy'),
        },
      ];
    }),
  );
}

function schemas(prefix: string): Record<string, Schema> {
  return Object.fromEntries(objectTypeNames().map(name => [modelName(name), objectSchema(name, prefix)]));
}

function objectSchema(name: string, prefix: string): Schema {
  const fields = objectType(name);
  const kind = kinds.find(each => each.kind === name);
  const required = [...fields].filter(([, field]) => field.required).map(([field]) => field);
  const description = kind ? `${name} as this sandbox serves it; fields without a type take any value.` : `${name}.`;
  const properties = Object.fromEntries([...fields].map(([field, { type }]) => [field, schemaOf(type, prefix)]));
  const version = kind && [{ group: kind.group, kind: kind.kind, version: kind.version }];
  return {
    description,
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    ...(version ? { 'x-kubernetes-group-version-kind': version } : {}),
  };
}

function schemaOf(type: TypeRef, prefix: string): Schema {
  const third = prefix.includes('components');
  switch (type.form) {
    case 'object': {
      const $ref = prefix + modelName(type.name);
      return third ? { description: `${type.name}.`, allOf: [{ $ref }] } : { $ref };
    }
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(type.of, prefix) };
    case 'list': {
      const schema: Schema = { type: 'array', items: schemaOf(type.of, prefix) };
      const [key] = type.keys;
      if (key === undefined && !type.set) return schema;
      const merges = { ...schema, 'x-kubernetes-patch-strategy': 'merge' };
      return key === undefined ? merges : { ...merges, 'x-kubernetes-patch-merge-key': key };
    }
    case 'scalar':
      // kubectl explain stumbles over a schema that says nothing at all.
      if (type.name === 'any' || type.name === 'intstr') return third ? { description: 'Any value.' } : {};
      if (type.name === 'int') return { type: 'integer', format: 'int32' };
      return { type: type.name === 'bool' ? 'boolean' : 'string' };
  }
}

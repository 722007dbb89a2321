import { qualifiedName, type Kind } from './kinds.ts';

export interface Cause {
  readonly reason?: string;
  readonly message: string;
  readonly field: string;
}

/** What the API server sends instead of an answer: a `Status` of `Failure` with Kubernetes' own reason and message. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details: object | undefined;

  constructor(code: number, reason: string, message: string, details?: object) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  status(): object {
    const { code, reason, message, details } = this;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
  }
}

const detailsOf = (kind: Kind, name: string | undefined, causes?: readonly Cause[]) => ({
  name,
  group: kind.group || undefined,
  kind: kind.plural,
  causes,
});

export const notFound = (kind: Kind, name: string) =>
  new ApiError(404, 'NotFound', `${qualifiedName(kind)} "${name}" not found`, detailsOf(kind, name));

export const noSuchResource = () =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (kind: Kind, name: string) =>
  new ApiError(409, 'AlreadyExists', `${qualifiedName(kind)} "${name}" already exists`, detailsOf(kind, name));

export const staleVersion = (kind: Kind, name: string) =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedName(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(kind, name),
  );

export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message);

export const unauthorized = () => new ApiError(401, 'Unauthorized', 'Unauthorized');

export const expired = (message: string) => new ApiError(410, 'Expired', message);

export function forbidden(kind: Pick<Kind, 'group' | 'plural'>, name: string, reason: string): ApiError {
  const { group, plural } = kind;
  const subject = name === '' ? qualifiedName(kind) : `${qualifiedName(kind)} "${name}"`;
  const details = { name: name || undefined, group: group || undefined, kind: plural };
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${reason}`, details);
}

/** 422, with each cause as kubectl prints it. */
export function invalid(kind: Kind, name: string, causes: readonly Cause[]): ApiError {
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const qualified = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiError(422, 'Invalid', `${qualified} "${name}" is invalid: ${list}`, {
    name,
    group: kind.group || undefined,
    kind: kind.kind,
    causes,
  });
}

/** Known to Kubernetes, not simulated here. */
export const notSimulated = (what: string) =>
  new ApiError(501, 'SandboxNotImplemented', `SandboxNotImplemented: ${what}`);

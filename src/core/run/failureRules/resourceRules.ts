import type { FailureRule } from './failureRule.ts';

/** Of a resource that did not come up, is there already or does not go; and, last, of AWS itself. */
export const resourceRules: readonly FailureRule[] = [
  {
    code: 'addon-degraded',
    message: /InsufficientNumberOfReplicas|DEGRADED|add-?on is unhealthy|timed out/i,
    type: /^AWS::EKS::Addon$/,
    what: 'The add-on {resource} did not become healthy in time.',
    why: 'Its pods did not run: {message}',
    fix: 'Look at the pods in kube-system; without a Ready node CoreDNS cannot run. Then retry.',
  },
  {
    code: 'administrator-invalid',
    message: /principal.*(invalid|not valid|does not exist)|invalid principal/i,
    type: /^AWS::EKS::AccessEntry$/,
    what: 'The administrator is not an IAM user or role that exists.',
    why: '{message}',
    fix: 'Correct access.administrators, with the role’s path, then retry.',
    specPath: 'access.administrators',
  },
  {
    code: 'already-exists',
    general: true,
    message: /AlreadyExists|already exists|already in use|EntityAlreadyExists|ResourceInUseException/i,
    what: '{resource} exists already, outside this stack.',
    why: 'An earlier attempt, or somebody else, made a thing of the same name: {message}',
    fix: 'Remove it if nobody needs it and retry, or choose another name for the cluster.',
    specPath: 'name',
    change: { fix: 'Remove it if nobody needs it, then retry.' },
  },
  {
    code: 'deletion-protected',
    message: /deletion protection|DeletionProtection|termination protection/i,
    what: '{resource} is protected from deletion.',
    why: '{message}',
    fix: 'Switch its protection off, then retry.',
  },
  {
    code: 'still-in-use',
    message: /Cannot delete entity, must (?:detach|remove|delete) .*first/i,
    what: '{resource} cannot be deleted: something was attached to it beside its stack.',
    why: '{message}',
    fix: 'Somebody attached a policy to it, or put it into an instance profile: look who uses that (aws iam list-attached-role-policies, list-instance-profiles-for-role), undo it, then retry.',
  },
  {
    code: 'still-in-use',
    general: true,
    message:
      /DependencyViolation|has dependenc|dependent object|DeleteConflict|has nodegroups attached|must (be )?detach|is in use/i,
    what: '{resource} cannot be deleted: something still uses it.',
    why: '{message}',
    fix: 'Load balancers, network interfaces and security groups that pods made are not in the stack: remove them, then retry.',
  },
  {
    code: 'throttled',
    general: true,
    message: /Throttling|Rate exceeded|RequestLimitExceeded|TooManyRequests/i,
    what: 'AWS had too many calls at {resource}.',
    why: '{message}',
    fix: 'Retry in a minute.',
  },
  {
    code: 'not-stabilized',
    general: true,
    message: /NotStabilized|did not stabilize|Exceeded attempts to wait|timed out/i,
    what: '{resource} did not become ready in the time that AWS waits.',
    why: '{message}',
    fix: 'Retry; if it happens again, look at the resource itself.',
  },
  {
    code: 'aws-internal',
    general: true,
    message: /InternalFailure|InternalError|ServiceInternalError|ServiceUnavailable/i,
    what: 'AWS had an error of its own at {resource}.',
    why: '{message}',
    fix: 'Retry; health.aws.amazon.com tells of outages.',
  },
];

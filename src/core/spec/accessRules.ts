import type { Finding } from './finding.ts';
import { partitionOf } from './regions.ts';
import type { SpecFile } from './schema.ts';
import type { SpecPath } from './specPath.ts';

const principal = /^arn:([a-z-]+):iam::\d{12}:(?:role|user)\/([\x21-\x7e]+)$/;
const principalName = /^[\w+=,.@-]{1,64}$/;
/** IAM ends paths at 512 characters. */
const longestPath = 512;
const session = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\//;
const allowed = 'the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/platform-team';

export function accessRules(spec: SpecFile): Finding[] {
  return [...administratorRules(spec), ...podIdentityRules(spec)];
}

/** One association for each service account; its role is a role, and of the cluster's own partition. */
function podIdentityRules({ access: { podIdentities }, addons, region }: SpecFile): Finding[] {
  const given = podIdentities.flatMap(({ namespace, serviceAccount, roleArn }, index) => {
    const path = ['access', 'podIdentities', index];
    const same = podIdentities.findIndex(
      other => other.namespace === namespace && other.serviceAccount === serviceAccount,
    );
    const why = `which has a role in ${namespace} already`;
    return [
      ...(same === index ? [] : [{ path: [...path, 'serviceAccount'], why, allowed: 'another service account' }]),
      ...roleRules([...path, 'roleArn'], roleArn, region),
    ];
  });
  const ofAddons = Object.entries(addons).flatMap(([name, { podIdentity }]) =>
    Object.entries(podIdentity).flatMap(([account, arn]) =>
      roleRules(['addons', name, 'podIdentity', account], arn, region),
    ),
  );
  return [...given, ...ofAddons];
}

function roleRules(path: SpecPath, arn: string, region: string): Finding[] {
  const start = `arn:${partitionOf(region)}:iam::`;
  if (arn.startsWith(start) && arn.includes(':role/')) return [];
  const why = arn.startsWith(start) ? 'which is no role' : `which is not of ${region}’s partition`;
  return [{ path, why, allowed: `the ARN of an IAM role that begins with ${start}`, judgedBy: [['region']] }];
}

/** Access entries take roles and users by their own ARN and nothing else. */
function administratorRules({ access, region }: SpecFile): Finding[] {
  const { administrators } = access;
  return administrators.flatMap((arn, index): Finding[] => {
    const at = { path: ['access', 'administrators', index], judgedBy: [['region']] };
    const temporary = session.exec(arn);
    if (temporary) {
      const role = `arn:${temporary[1]}:iam::${temporary[2]}:role/${temporary[3]}`;
      return [{ ...at, why: 'a session of a role', allowed: `the role itself, with its path if it has one: ${role}` }];
    }
    if (arn.includes('*')) return [{ ...at, why: 'which has a wildcard', allowed }];
    if (/:iam::\d{12}:root$/.test(arn))
      return [{ ...at, why: 'the account’s root, which an access entry cannot name', allowed }];
    const match = principal.exec(arn);
    const [, own, path = ''] = match ?? [];
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!match || path.length > longestPath + name.length || !principalName.test(name)) {
      return [{ ...at, why: 'which is not such an ARN', allowed }];
    }
    if (path.startsWith('aws-service-role/')) {
      return [{ ...at, why: 'a service-linked role, which EKS refuses', allowed }];
    }
    const partition = partitionOf(region);
    if (own !== partition) {
      return [
        {
          ...at,
          why: `in partition ${own}, while ${region} is in ${partition}`,
          allowed: `an ARN that begins with arn:${partition}:`,
        },
      ];
    }
    if (administrators.indexOf(arn) !== index)
      return [{ ...at, why: 'which is in the list twice', allowed: 'another principal' }];
    return [];
  });
}

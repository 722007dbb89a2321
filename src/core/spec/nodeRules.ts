import type { Finding } from './finding.ts';
import { acceleratorOf, architectureOf, isNitro, maxPodsOf, unsupportedFamily } from './instanceType.ts';
import type { SettledSpecFile } from './schema.ts';
import { formatSpecPath, type SpecPath } from './specPath.ts';

/** Pods that every node carries by itself: network plug-in, proxy and Pod Identity agent, and CoreDNS somewhere. */
const smallestUsefulPods = 8;
/** CloudFormation's limit for stack names. */
const longestStackName = 128;

export type Group = SettledSpecFile['nodes'][string];

export function nodeRules(spec: SettledSpecFile): Finding[] {
  const names = Object.keys(spec.nodes);
  return Object.entries(spec.nodes).flatMap(([name, group]) => {
    const path = ['nodes', name];
    return [
      ...nameRules(path, name, names, spec),
      ...sizeRules(path, group),
      ...kindRules(path, group),
      ...typeRules(path, group, spec),
    ];
  });
}

/** Stacks are called after groups, and take no underscore: it becomes a hyphen. */
function nameRules(path: SpecPath, name: string, names: readonly string[], spec: SettledSpecFile): Finding[] {
  const at = { path, at: 'key', seen: JSON.stringify(name) } as const;
  const inStack = (other: string) => other.replaceAll('_', '-').toLowerCase();
  const twin = names.find(other => inStack(other) === inStack(name));
  if (twin !== undefined && twin !== name) {
    const why = `which is ${twin} once more, because stack names have no underscores and no case`;
    return [{ ...at, why, allowed: 'a name that differs by more than that' }];
  }
  const room = longestStackName - `private-eks-${spec.name}-nodes-`.length;
  if (name.length <= room) return [];
  const why = `which makes the name of its stack longer than ${longestStackName} characters`;
  return [{ ...at, why, allowed: `at most ${room} characters beside the cluster’s name`, judgedBy: [['name']] }];
}

function sizeRules(path: SpecPath, { minSize, desiredSize, maxSize }: Group): Finding[] {
  const field = (name: string) => formatSpecPath([...path, name]);
  if (minSize > maxSize) {
    return [
      {
        path: [...path, 'minSize'],
        why: `more than ${field('maxSize')}, ${maxSize}`,
        seen: `the number ${minSize}`,
        allowed: `a number from 0 to ${maxSize}`,
        judgedBy: [[...path, 'maxSize']],
      },
    ];
  }
  if (desiredSize >= minSize && desiredSize <= maxSize) return [];
  return [
    {
      path: [...path, 'desiredSize'],
      why:
        desiredSize < minSize
          ? `less than ${field('minSize')}, ${minSize}`
          : `more than ${field('maxSize')}, ${maxSize}`,
      allowed: minSize === maxSize ? `${minSize}` : `a number from ${minSize} to ${maxSize}`,
      seen: `the number ${desiredSize}`,
      judgedBy: [
        [...path, 'minSize'],
        [...path, 'maxSize'],
      ],
    },
  ];
}

function kindRules(path: SpecPath, { kind, repair }: Group): Finding[] {
  if (kind === 'managed' || !repair) return [];
  const why = 'but EKS repairs nodes of managed groups only';
  return [{ path: [...path, 'repair'], why, allowed: 'false', judgedBy: [[...path, 'kind']] }];
}

function typeRules(path: SpecPath, group: Group, { network }: SettledSpecFile): Finding[] {
  const { instanceTypes, architecture } = group;
  const [first = ''] = instanceTypes;
  const wanted = architecture ?? architectureOf(first);
  return instanceTypes.flatMap((type, index): Finding[] => {
    const at = { path: [...path, 'instanceTypes', index], seen: JSON.stringify(type) };
    if (instanceTypes.indexOf(type) !== index)
      return [{ ...at, why: 'which is in the list twice', allowed: 'another instance type' }];
    const refused = unsupportedFamily(type);
    if (refused) return [{ ...at, why: `but ${refused}`, allowed: 'a type such as t3.medium, m7g.large or g6.xlarge' }];
    if (architectureOf(type) !== wanted) {
      const against = architecture
        ? `${formatSpecPath([...path, 'architecture'])} is ${architecture}`
        : `${first} is ${wanted}`;
      return [
        {
          ...at,
          why: `an ${architectureOf(type)} type, while ${against}`,
          allowed: `an ${wanted} type; all of a group share one image`,
          judgedBy: [[...path, 'architecture']],
        },
      ];
    }
    const image = imageProblem(group, type);
    if (image) return [{ ...at, ...image, judgedBy: [[...path, 'os']] }];
    if (network.ipFamily === 'ipv6' && !isNitro(type)) {
      const why = 'which is not built on Nitro, as IPv6 needs';
      return [{ ...at, why, allowed: 'a type of a newer family', judgedBy: [['network', 'ipFamily']] }];
    }
    const pods = maxPodsOf(type);
    if (pods === undefined || pods >= smallestUsefulPods) return [];
    return [{ ...at, why: `which holds ${pods} pods, fewer than the add-ons need`, allowed: 't3.small or larger' }];
  });
}

/** EKS has images with NVIDIA's driver for both systems and processors, with Neuron's for Amazon Linux alone. An image of one's own may be anything. */
function imageProblem(
  { ami, os, instanceTypes: [first = ''] }: Group,
  type: string,
): { why: string; allowed: string } | undefined {
  if (ami !== undefined) return undefined;
  const needed = acceleratorOf(type);
  if (needed === 'neuron' && os === 'bottlerocket')
    return {
      why: 'but Bottlerocket has no Neuron image',
      allowed: 'a type without Inferentia or Trainium, or os al2023',
    };
  if (needed === acceleratorOf(first)) return undefined;
  const image = (what: string | undefined) =>
    what === undefined ? 'standard' : what === 'nvidia' ? 'NVIDIA' : 'Neuron';
  return {
    why: `which needs the ${image(needed)} image, while ${first} needs the ${image(acceleratorOf(first))} one`,
    allowed: 'a type of the same sort; all of a group share one image',
  };
}

import type { Finding } from './finding.ts';
import { architectureOf, maxPodsOf, unsupportedFamily } from './instanceType.ts';
import type { SettledSpecFile } from './schema.ts';
import { formatSpecPath, type SpecPath } from './specPath.ts';

/** Pods that every node carries by itself: network plug-in, proxy and Pod Identity agent, and CoreDNS somewhere. */
const smallestUsefulPods = 8;

type Group = SettledSpecFile['nodes'][string];

export function nodeRules({ nodes }: SettledSpecFile): Finding[] {
  return Object.entries(nodes).flatMap(([name, group]) => {
    const path = ['nodes', name];
    return [...sizeRules(path, group), ...typeRules(path, group)];
  });
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

function typeRules(path: SpecPath, { instanceTypes, architecture }: Group): Finding[] {
  const [first = ''] = instanceTypes;
  const wanted = architecture ?? architectureOf(first);
  return instanceTypes.flatMap((type, index): Finding[] => {
    const at = { path: [...path, 'instanceTypes', index], seen: JSON.stringify(type) };
    if (instanceTypes.indexOf(type) !== index)
      return [{ ...at, why: 'which is in the list twice', allowed: 'another instance type' }];
    const refused = unsupportedFamily(type);
    if (refused) return [{ ...at, why: `but ${refused}`, allowed: 'a general type such as t3.medium or m7g.large' }];
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
    const pods = maxPodsOf(type);
    if (pods === undefined || pods >= smallestUsefulPods) return [];
    return [{ ...at, why: `which holds ${pods} pods, fewer than the add-ons need`, allowed: 't3.small or larger' }];
  });
}

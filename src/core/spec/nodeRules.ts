import type { Finding } from './finding.ts';
import { architectureOf, maxPodsOf, unsupportedFamily } from './instanceType.ts';
import type { SpecFile } from './schema.ts';

/** Pods that every node carries by itself: network plug-in, proxy and Pod Identity agent, and CoreDNS somewhere. */
const smallestUsefulPods = 8;

export function nodeRules({ nodes }: SpecFile): Finding[] {
  return [...sizeRules(nodes), ...typeRules(nodes)];
}

function sizeRules({ minSize, desiredSize, maxSize }: SpecFile['nodes']): Finding[] {
  if (minSize > maxSize) {
    return [
      {
        path: ['nodes', 'minSize'],
        why: `more than nodes.maxSize, ${maxSize}`,
        seen: `the number ${minSize}`,
        allowed: `a number from 0 to ${maxSize}`,
        judgedBy: [['nodes', 'maxSize']],
      },
    ];
  }
  if (desiredSize >= minSize && desiredSize <= maxSize) return [];
  return [
    {
      path: ['nodes', 'desiredSize'],
      why: desiredSize < minSize ? `less than nodes.minSize, ${minSize}` : `more than nodes.maxSize, ${maxSize}`,
      allowed: minSize === maxSize ? `${minSize}` : `a number from ${minSize} to ${maxSize}`,
      seen: `the number ${desiredSize}`,
      judgedBy: [
        ['nodes', 'minSize'],
        ['nodes', 'maxSize'],
      ],
    },
  ];
}

function typeRules({ instanceTypes, architecture }: SpecFile['nodes']): Finding[] {
  const [first = ''] = instanceTypes;
  const wanted = architecture ?? architectureOf(first);
  return instanceTypes.flatMap((type, index): Finding[] => {
    const at = { path: ['nodes', 'instanceTypes', index], seen: JSON.stringify(type) };
    if (instanceTypes.indexOf(type) !== index)
      return [{ ...at, why: 'which is in the list twice', allowed: 'another instance type' }];
    const refused = unsupportedFamily(type);
    if (refused) return [{ ...at, why: `but ${refused}`, allowed: 'a general type such as t3.medium or m7g.large' }];
    if (architectureOf(type) !== wanted) {
      const against = architecture ? `nodes.architecture is ${architecture}` : `${first} is ${wanted}`;
      return [
        {
          ...at,
          why: `an ${architectureOf(type)} type, while ${against}`,
          allowed: `an ${wanted} type; all of a group share one image`,
          judgedBy: [['nodes', 'architecture']],
        },
      ];
    }
    const pods = maxPodsOf(type);
    if (pods === undefined || pods >= smallestUsefulPods) return [];
    return [{ ...at, why: `which holds ${pods} pods, fewer than the add-ons need`, allowed: 't3.small or larger' }];
  });
}

import type { Finding } from './finding.ts';
import { ownTagPrefix } from './ownTags.ts';
import type { SpecFile } from './schema.ts';

/** IAM's rule for tags, the strictest of the services that get them; the lengths are CloudFormation's for add-ons and Fargate profiles. */
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const longestKey = 127;
const longestValue = 255;
const charactersAllowed = 'letters, digits, spaces and _ . : / = + - @';
/** AWS takes 50 tags on a resource; ten are left for those that Private EKS, EKS and Kubernetes put there. */
const most = 40;

export function tagRules({ tags }: SpecFile): Finding[] {
  const keys = Object.keys(tags);
  const allowed = `at most ${most} tags, because AWS takes 50 with those that are put there for you`;
  const seen = `${keys.length} tags`;
  if (keys.length > most) {
    return [{ path: ['tags'], at: 'key', seen, allowed, message: `There are ${seen}; there may be ${allowed}.` }];
  }
  return Object.entries(tags).flatMap(([key, value]) => tagProblem(key, value, keys));
}

function tagProblem(key: string, value: string, keys: readonly string[]): Finding[] {
  const path = ['tags', key];
  const keyFinding = (why: string, allowed: string): Finding[] => [
    { path, at: 'key', seen: JSON.stringify(key), why, allowed },
  ];
  if (/^aws:/i.test(key)) return keyFinding('a prefix that AWS keeps to itself', 'a key that does not begin with aws:');
  if (key.startsWith(ownTagPrefix)) {
    return keyFinding('a prefix that marks what Private EKS made', `a key that does not begin with ${ownTagPrefix}`);
  }
  if (!isTagText(key, longestKey)) {
    return keyFinding('which is no tag key', `1 to ${longestKey} characters: ${charactersAllowed}`);
  }
  const twin = keys.find(other => other !== key && other.toLowerCase() === key.toLowerCase());
  if (twin !== undefined && keys.indexOf(twin) < keys.indexOf(key)) {
    return keyFinding(
      `which is ${twin} in other case, and IAM takes them for one`,
      'a key that differs by more than case',
    );
  }
  if (!isTagText(value, longestValue)) {
    return [{ path, why: 'which is no tag value', allowed: `1 to ${longestValue} characters: ${charactersAllowed}` }];
  }
  return [];
}

function isTagText(text: string, longest: number): boolean {
  return text.length >= 1 && text.length <= longest && characters.test(text);
}

/** Whether every resource of a cluster takes the tag: some take empty values and longer ones. */
export function isTag(key: string, value: string): boolean {
  return isTagText(key, longestKey) && isTagText(value, longestValue);
}

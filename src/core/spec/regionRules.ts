import { didYouMean } from './didYouMean.ts';
import type { Finding } from './finding.ts';
import { knownRegions, regionsNear } from './regions.ts';
import type { SpecFile } from './schema.ts';
import { judgeVersion, versionTable, versionTableDate } from './versionTable.ts';

/** Region and Kubernetes version: an unknown but well-formed one may be newer than this software, so it is only doubted. */
export function regionRules({ region, version }: SpecFile): Finding[] {
  const findings: Finding[] = [];
  if (!knownRegions.includes(region)) {
    const meant = didYouMean(region, regionsNear(region));
    findings.push({
      severity: 'warning',
      path: ['region'],
      why: `which was not known on ${versionTableDate}${meant ? `; did you mean ${meant}?` : ''}`,
      allowed: 'a region where EKS runs',
    });
  }
  const offered = versionTable.map(known => `"${known.version}"`).join(', ');
  const verdict = judgeVersion(version);
  if (verdict === 'newer') {
    findings.push({
      severity: 'warning',
      path: ['version'],
      why: `which EKS did not offer yet on ${versionTableDate}`,
      allowed: `a version that EKS offers: ${offered} or newer`,
    });
  } else if (verdict !== 'known') {
    findings.push({
      path: ['version'],
      why: verdict === 'gone' ? 'which EKS no longer offers' : 'which is no Kubernetes version that EKS offers',
      allowed: `one of ${offered}`,
    });
  }
  return findings;
}

import { imageWays } from '../../core/images/imageWays.ts';
import type { NeededImage } from '../../core/images/planImages.ts';

/** Which images a cluster pulls, for whom, and how they get into a VPC without internet, as Markdown. */
export function imageTable(cluster: string, images: readonly NeededImage[], unknown: readonly string[]): string {
  const rows = images.map(
    ({ image, neededBy, origin, note }) =>
      `| \`${image}\` | ${neededBy.join(', ')} | ${imageWays[origin]}${note === undefined ? '' : `; ${note}`} |`,
  );
  return [
    `# Images of ${cluster}`,
    ['| Image | For | Way |', '|:--|:--|:--|', ...rows].join('\n'),
    ...(unknown.length > 0 ? ['## Not known', unknown.map(text => `- ${text}`).join('\n')] : []),
    '',
  ].join('\n\n');
}

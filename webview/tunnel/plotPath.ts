/** Room above a plot for its topmost label, and below it for the line's own width. */
export const margin = { top: 16, bottom: 2 };

/** One moment of a line, in px from the left; without a value the line is broken there. */
export interface Point {
  readonly x: number;
  readonly value: number | undefined;
}

/** One stroke per unbroken stretch; a stretch of one point is a dot. */
export function linePath(points: readonly Point[], top: number, height: number): string {
  let drawing = false;
  return points
    .map(({ x, value }) => {
      if (value === undefined) {
        drawing = false;
        return '';
      }
      const verb = drawing ? 'L' : 'M';
      const at = `${x.toFixed(1)} ${yOf(value, top, height)}`;
      const dot = drawing ? '' : 'h0';
      drawing = true;
      return `${verb}${at}${dot}`;
    })
    .join('');
}

/** What is below a line, down to the plot's ground. */
export function areaPath(points: readonly Point[], top: number, height: number): string {
  const stretches: Point[][] = [];
  let open = false;
  for (const point of points) {
    if (point.value === undefined) open = false;
    else if (open) stretches.at(-1)?.push(point);
    else {
      stretches.push([point]);
      open = true;
    }
  }
  const base = margin.top + height;
  return stretches
    .map(stretch => {
      const [first, last] = [stretch[0], stretch.at(-1)];
      const upper = stretch.map(({ x, value = 0 }) => `L${x.toFixed(1)} ${yOf(value, top, height)}`).join('');
      return `M${first?.x.toFixed(1)} ${base}${upper}L${last?.x.toFixed(1)} ${base}Z`;
    })
    .join('');
}

function yOf(value: number, top: number, height: number): string {
  return (margin.top + height * (1 - Math.min(value, top) / top)).toFixed(1);
}

import { hangingText } from './fitText.ts';

/**
 * Columns as wide as their widest cell. Where they do not fit into `columns`, those on the right follow each row below it; where not even
 * two of them do, rows are told without columns.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns = Number.POSITIVE_INFINITY,
): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)));
  const beside = howManyFit(widths, columns);
  if (beside < 2 && head.length > 2) return rows.map(row => looseRow(row, columns)).join('');
  return all
    .flatMap((row, index) => {
      const line = row
        .slice(0, beside)
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd();
      const below = index === 0 ? [] : row.slice(beside).filter(cell => cell !== '');
      return [line, ...packed(below, columns - 4).map(text => hangingText(`    ${text}`, columns))];
    })
    .map(line => `${line}\n`)
    .join('');
}

function looseRow(row: readonly string[], columns: number): string {
  const [first = '', ...more] = packed(
    row.filter(cell => cell !== ''),
    columns - 4,
  );
  return [first, ...more.map(text => `    ${text}`)].map(line => `${hangingText(line, columns)}\n`).join('');
}

/** Cells beside each other where they fit. */
function packed(cells: readonly string[], columns: number): string[] {
  return cells.reduce<string[]>((lines, cell) => {
    const last = lines.at(-1);
    const beside = last === undefined ? cell : `${last}  ${cell}`;
    return beside.length <= columns ? [...lines.slice(0, -1), beside] : [...lines, cell];
  }, []);
}

function howManyFit(widths: readonly number[], columns: number): number {
  let used = -2;
  const past = widths.findIndex(width => (used += width + 2) > columns);
  return past < 0 ? widths.length : Math.max(1, past);
}

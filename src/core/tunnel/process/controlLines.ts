import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';

/**
 * Calls back for each line that is a JSON object; what is none is left out. A line of more than `longest` characters is not waited for:
 * `onTooLong` is called and nothing more is read.
 */
export function jsonLines(
  socket: Socket,
  longest: number,
  onLine: (line: Readonly<Record<string, unknown>>) => void,
  onTooLong: () => void,
): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isOver = false;
  socket.on('data', (chunk: Buffer) => {
    if (isOver) return;
    const lines = (rest + decoder.write(chunk)).split('\n');
    for (const [index, line] of lines.entries()) {
      if (line.length > longest) {
        isOver = true;
        return onTooLong();
      }
      const isWhole = index < lines.length - 1;
      const value = isWhole && !socket.destroyed ? parse(line) : undefined;
      if (value) onLine(value);
    }
    rest = lines.at(-1) ?? '';
  });
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

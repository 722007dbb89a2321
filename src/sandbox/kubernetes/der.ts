// As much of DER (X.690) as an X.509 certificate needs, so that one can be made synchronously from node:crypto alone.
function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 255 ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

export const sequence = (...parts: readonly Buffer[]) => element(0x30, ...parts);
export const set = (...parts: readonly Buffer[]) => element(0x31, ...parts);
/** Big-endian, positive: the first bit is zero. */
export const integer = (bytes: Buffer) => element(0x02, bytes);
export const boolean = (value: boolean) => element(0x01, Buffer.from([value ? 0xff : 0]));
export const octets = (bytes: Buffer) => element(0x04, bytes);
export const bitString = (bytes: Buffer, unusedBits = 0) => element(0x03, Buffer.from([unusedBits]), bytes);
export const utf8 = (text: string) => element(0x0c, Buffer.from(text));
/** `yymmddhhmmssZ` */
export const utcTime = (text: string) => element(0x17, Buffer.from(text));
export const explicit = (tag: number, part: Buffer) => element(0xa0 | tag, part);
export const implicit = (tag: number, bytes: Buffer) => element(0x80 | tag, bytes);

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const base128 = (value: number): number[] => {
    const digits = [value & 0x7f];
    for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f));
    return digits;
  };
  return element(0x06, Buffer.from([first * 40 + second, ...others.flatMap(base128)]));
}

export function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

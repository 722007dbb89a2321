import * as z from 'zod';

// Every text about what is allowed ends the sentence "<field> is <what was seen>; it must be …".

export const text = (pattern: RegExp, allowed: string) => z.string(allowed).regex(pattern, allowed);
export const whole = (min: number, max: number) => {
  const allowed = `a whole number from ${min} to ${max}`;
  return z.int(allowed).gte(min, allowed).lte(max, allowed);
};
export const flag = (value: boolean, description: string) =>
  z.boolean('true or false').default(value).meta({ description });
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, values.length === 2 ? `${values[0]} or ${values[1]}` : `one of ${values.join(', ')}`);
export const textMap = (what: string) =>
  z.record(z.string(), z.string(`text; put numbers and true or false in quotes`), `a map of ${what}`);
export const section = <S extends z.core.$ZodLooseShape>(shape: S, description: string) =>
  z.strictObject(shape, `a map of ${Object.keys(shape).join(', ')}`).meta({ description });
/** An ARN of a service, `arn:aws:iam::111122223333:role/x`; its finer points are a rule's business. */
export const arn = (service: string, allowed: string) =>
  text(new RegExp(`^arn:[a-z-]+:${service}:[a-z0-9-]*:\\d{12}:[\\x21-\\x7e]+$`), allowed);

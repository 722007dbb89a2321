import * as z from 'zod';
import { specSchema } from './schema.ts';
import { knownRegions } from './regions.ts';

/** The JSON schema of a spec file, for editors: what may be written, with descriptions, examples and defaults. */
export function specJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(specSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      // `z.int()` adds JavaScript's safe range, which says nothing to a reader, and `prefault({})` an empty default.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.type === 'object' && jsonSchema.properties && jsonSchema.default) delete jsonSchema.default;
    },
  });
  const properties = schema.properties ?? {};
  const region = properties.region;
  if (typeof region === 'object') region.examples = [...knownRegions];
  return { $schema, title: 'Private EKS cluster', description: 'A private Amazon EKS cluster.', ...schema };
}

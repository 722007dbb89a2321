import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { imageWays } from '../../core/images/imageWays.ts';
import { decodeText } from '../../core/decodeText.ts';
import { fileErrorText } from '../fileErrorText.ts';
import { exitCode, jsonOption, UsageError, type Command } from '../command.ts';
import { fileOption, readSpecFile } from '../readSpecFile.ts';
import { textTable } from '../textTable.ts';

export const images: Command = {
  name: 'images',
  summary: 'Shows which images a cluster pulls, and how they get into a VPC without internet',
  positionals: [],
  options: {
    ...fileOption,
    manifest: {
      type: 'string',
      value: 'FILE',
      help: 'Manifests, or what helm template prints, too; - reads them from the standard input. May be repeated',
      multiple: true,
    },
    script: { type: 'boolean', help: 'Print a bash script that copies them with crane' },
    'pull-through': { type: 'boolean', help: 'Print a CloudFormation template of pull-through cache rules' },
    values: { type: 'string', value: 'ACCOUNT', help: 'Print chart values that use the registry of this account' },
    ...jsonOption,
  },
  details: [
    'Needs no credentials and calls nothing. Charts are the usual ones for the features of the spec; their tags are only an example: --manifest reads the real ones.',
    'The copy script runs outside the VPC, where it reaches the internet and the account. It has not been run against AWS itself.',
  ],
  run: async input => {
    const { io } = input;
    const account = input.text('values');
    const asked = (['script', 'pull-through', 'json'] as const).filter(one => input.flag(one));
    const [first, second] = [...asked, ...(account === undefined ? [] : ['values'])];
    if (second !== undefined) throw new UsageError(`--${first} and --${second} exclude each other.`);
    if (account !== undefined && !/^\d{12}$/.test(account))
      throw new UsageError('--values takes the 12 digits of an account.');
    const read = await readSpecFile(input);
    const { spec } = read;
    const { merged, planImages } = await import('../../core/images/planImages.ts');
    const { manifestImages } = await import('../../core/images/manifestImages.ts');
    const planned = planImages(spec);
    const files = input.texts('manifest');
    if (files.filter(file => file === '-').length > 1)
      throw new UsageError('The standard input can be read once alone.');
    const manifests = await Promise.all(
      files.map(async file => {
        const text = await (file === '-' ? io.input() : readFile(file).then(decodeText)).catch((error: unknown) => {
          throw new UsageError(`${file} cannot be read: ${fileErrorText(error)}.`);
        });
        const name = file === '-' ? 'standard input' : path.basename(file);
        const found = manifestImages(text, name, spec.region);
        if (found.length === 0) io.err(`${name} names no image.\n`);
        return found;
      }),
    );
    const all = merged([...planned.images, ...manifests.flat()]);
    for (const text of planned.unknown) io.err(`not known: ${text}\n`);
    if (input.flag('json')) io.out(`${JSON.stringify({ images: all, unknown: planned.unknown })}\n`);
    else if (input.flag('script')) {
      const { copyScript } = await import('../../core/images/copyScript.ts');
      io.out(copyScript(all, spec.region, spec.name));
    } else if (input.flag('pull-through')) {
      const { pullThroughCatches, pullThroughTemplate } = await import('../../core/images/pullThrough.ts');
      const template = pullThroughTemplate(all);
      for (const text of pullThroughCatches) io.err(`mind: ${text}\n`);
      const { templateYaml } = await import('../../core/plan/planFiles.ts');
      if (template) io.out(templateYaml(template));
      else io.err('No image comes from a registry that ECR can stand in front of.\n');
    } else if (account !== undefined) {
      const { chartValues } = await import('../../core/images/chartValues.ts');
      const values = chartValues(spec, account);
      io.out(values);
      if (values === '') io.err('The features of this spec need no chart: there are no values.\n');
    } else
      io.out(
        textTable(
          ['IMAGE', 'FOR', 'WAY'],
          all.map(({ image, neededBy, origin }) => [image, neededBy.join(', '), imageWays[origin]]),
        ),
      );
    return exitCode.done;
  },
};

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Io } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';

describe('private-eks, used wrongly', () => {
  let dir = '';
  let spec = '';
  const text = 'apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: eu-west-1\n';
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'private-eks-slips-'));
    spec = path.join(dir, 'demo.private-eks.yaml');
    await writeFile(spec, text);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  async function run(args: string[], typed = '', home = dir) {
    let [out, err] = ['', ''];
    const io: Io = {
      env: { PRIVATE_EKS_HOME: home },
      isTerminal: false,
      columns: () => 80,
      out: more => void (out += more),
      err: more => void (err += more),
      input: () => Promise.resolve(typed),
      ask: () => Promise.reject(new Error('nobody to ask')),
      onInterrupt: () => () => undefined,
    };
    return { code: await main(args, io), out, err };
  }

  it('tells its version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    for (const word of ['--version', 'version', '-V'])
      assert.deepEqual(await run([word]), { code: 0, out: `private-eks ${version}\n`, err: '' });
  });

  for (const [args, told] of [
    [['paln'], 'There is no command "paln"; did you mean plan? private-eks help lists them all.\n'],
    [['validate'], 'There is no command "validate"; did you mean plan? private-eks help lists them all.\n'],
    [['help', 'destroy'], 'There is no command "destroy"; did you mean delete? private-eks help lists them all.\n'],
    [['downgrade'], 'There is no command "downgrade"; did you mean upgrade? private-eks help lists them all.\n'],
    [['zzzzzzz'], 'There is no command "zzzzzzz"; private-eks help lists them all.\n'],
  ] as const)
    it(`says what ${args.join(' ')} may have meant`, async () => {
      assert.deepEqual(await run([...args]), { code: 2, out: '', err: told });
    });

  for (const [args, first] of [
    [['plan', '--jsn'], 'There is no option --jsn; did you mean --json?'],
    [['plan', '--zzzzz'], 'There is no option --zzzzz.'],
    [['plan', '-z'], 'There is no option -z.'],
    [['plan', '-f'], '--file needs a value: FILE.'],
    [['plan', '-f', '--account'], '--file needs a value: FILE.'],
    [['export', '--format'], '--format needs a value: FORMAT.'],
    [['plan', '--json=yes'], '--json takes no value.'],
    [['plan', '-f', 'a', '--file', 'b'], '--file may be given once.'],
    [['plan', 'a.yaml'], '"a.yaml" is too much; a spec is given with -f a.yaml.'],
    [['plan', '-f', '-'], 'A spec is read from a file, not from the standard input.'],
    [['plan', '-f', 'nowhere/a.yaml'], 'nowhere/a.yaml cannot be read: there is no such file.'],
    [['plan', '-f', '.'], '. cannot be read: it is a folder.'],
    [['images', '-f', 'a', '--script', '--pull-through'], '--script and --pull-through exclude each other.'],
    [['status', 'bad name'], '"bad name" cannot be the name of a cluster: letters, digits, hyphens and underscores.'],
    [['delete', '../x', '--yes'], '"../x" cannot be the name of a cluster: letters, digits, hyphens and underscores.'],
    [
      ['history', '\u001b[31m'],
      '"\\u001b[31m" cannot be the name of a cluster: letters, digits, hyphens and underscores.',
    ],
    [['policy', 'run', 'demo'], '"demo" means nothing for policy run.'],
    [['policy', 'guardrail', '--for', 'user'], '--for means nothing for policy guardrail.'],
    [['policy', 'tunnel', 'demo', '--principal', 'x'], '--principal means nothing for policy tunnel.'],
  ] as const)
    it(`refuses ${args.join(' ')} in one sentence, and shows how it goes`, async () => {
      const { code, out, err } = await run([...args]);
      const [sentence, usage] = err.split('\n');
      assert.deepEqual([code, out, sentence], [2, '', first]);
      assert.match(usage ?? '', new RegExp(`^Usage: private-eks ${args[0]} `));
    });

  it('shows what has to be given without brackets', async () => {
    assert.match((await run(['plan', '--help'])).out, /^Usage: private-eks plan -f FILE \[--account\]/m);
    assert.match((await run(['export', '--help'])).out, /^Usage: private-eks export -f FILE --format FORMAT \[/m);
    assert.match((await run(['policy', '--help'])).out, /\[-f FILE\]/);
  });

  it('reads what Windows PowerShell writes, and says of a file that is no text that it is none', async () => {
    const utf16 = (content: string) => Buffer.from(`\uFEFF${content}`, 'utf16le');
    await writeFile(spec, utf16(text));
    assert.equal((await run(['plan', '-f', spec])).code, 0);
    await writeFile(spec, utf16(`${text}staging: never\r\n`).swap16());
    assert.equal(
      (await run(['plan', '-f', spec])).err,
      `${spec}:5:10: error: staging is "never"; it must be auto or always.\n`,
    );
    const manifest = path.join(dir, 'm.yaml');
    await writeFile(manifest, utf16('kind: Pod\nspec: {containers: [{image: quay.io/a/b:1}]}\n'));
    await writeFile(spec, text);
    assert.match((await run(['images', '-f', spec, '--manifest', manifest])).out, /quay\.io\/a\/b:1/);
    await writeFile(spec, Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0xff]));
    const { code, err } = await run(['plan', '-f', spec]);
    assert.equal(code, 2);
    assert.ok(err.startsWith(`${spec} is no text; a spec is YAML in UTF-8.\n`), err);
  });

  it('says why a file cannot be written', async () => {
    const file = path.join(dir, 'file');
    await writeFile(file, '');
    for (const [args, told] of [
      [['plan', '--out', file], `${file} cannot be written: it is a file, not a folder.`],
      [['export', '--format', 'eksctl', '--out', path.join(file, 'x')], 'is a file, not a folder'],
      [['plan', '--ticket', path.join(dir, 'no', 't.md')], 'cannot be written: there is no such folder.'],
      [['plan', '--ticket', dir], `${dir} cannot be written: it is a folder.`],
    ] as const) {
      const { code, out, err } = await run([args[0], '-f', spec, ...args.slice(1)]);
      assert.deepEqual([code, out], [1, '']);
      assert.ok(err.includes(told), err);
      assert.doesNotMatch(err, /Unexpected/);
    }
  });

  it('says what is wrong with a state folder, and how to have another', async function () {
    if (process.platform === 'win32') this.skip();
    assert.deepEqual(await run(['history'], '', spec), {
      code: 1,
      out: '',
      err: `${path.join(spec, 'runs')} cannot be used: a part of this path is a file, not a folder.\nPRIVATE_EKS_HOME moves the state folder.\n`,
    });
  });

  it('names files of an earlier export that Terraform would still read', async () => {
    const out = path.join(dir, 'tf');
    await mkdir(out);
    await writeFile(path.join(out, 'nodes-old.tf'), '');
    await writeFile(path.join(out, 'terraform.tfvars'), '');
    const { err } = await run(['export', '-f', spec, '--format', 'terraform', '--out', out]);
    assert.match(
      err,
      /not of this export, but read by Terraform: nodes-old\.tf in .*tf\. Remove it if it is an earlier one’s\./,
    );
    assert.doesNotMatch((await run(['export', '-f', spec, '--format', 'eksctl', '--out', out])).err, /nodes-old/);
    assert.match((await run(['export', '-f', spec, '--format', 'eksctl', '--out', out])).err, /^1 file is in /);
  });

  it('tells of manifests that give no image, and of charts that were not filled in', async () => {
    const file = path.join(dir, 'm.yaml');
    const images = async (content: string) => {
      await writeFile(file, content);
      return run(['images', '-f', spec, '--manifest', file]);
    };
    assert.match((await images('kind: ConfigMap\n')).err, /^m\.yaml names no image\.$/m);
    const pod = (image: string) => `kind: Pod\nspec:\n  containers:\n    - image: ${image}\n`;
    for (const chart of [pod('{{ .Values.image }}'), `{{ if x }}\n${pod('a:1')}{{ end }}\n`]) {
      const { code, err } = await images(chart);
      assert.equal(code, 1);
      assert.match(err, /^m\.yaml .*give what helm template prints\.$/m);
    }
    const { err } = await images('\u001b[31m: [\n\u009b: }');
    assert.equal(err.trimEnd().split('\n').length, 1);
    assert.doesNotMatch(err, /[\u001b\u009b]/);
    assert.match((await run(['images', '-f', spec, '--values', '111122223333'])).err, /no chart/);
  });
});

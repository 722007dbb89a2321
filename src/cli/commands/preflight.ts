import { readAccountFacts } from '../../core/aws/accountFacts.ts';
import { awsOptions, exitCode, jsonOption, type Command } from '../command.ts';
import { fitText } from '../fitText.ts';
import { openServices } from '../openServices.ts';
import { preflightText } from '../preflightText.ts';
import { fileOption, readSpecFile } from '../readSpecFile.ts';

export const preflight: Command = {
  name: 'preflight',
  summary: 'Looks at the account for everything that would stop the run of a spec, and makes nothing',
  positionals: [],
  options: { ...fileOption, profile: awsOptions.profile, ...jsonOption },
  details: [
    'Ends with 0 when a run would begin, with 1 when something stands in the way. What could not be looked at is told as unknown.',
    'Looked at: account and sign-in, permissions (by IAM’s simulator, and by trying the first call to EC2 dry), quotas, names, zones, images, the staging bucket, the key, an existing VPC.',
  ],
  run: async input => {
    const { io } = input;
    const read = await readSpecFile(input);
    const { spec } = read;
    const { session, speed } = await openServices(input, spec.region);
    const { buildPlan } = await import('../../core/plan/buildPlan.ts');
    const { preflight: look } = await import('../../core/preflight/preflight.ts');
    const administratorsNamed = spec.access.administrators.length > 0;
    const plan = buildPlan(spec, await readAccountFacts(session, { administratorsNamed, spec }));
    const findings = await look(plan, { session }, speed);
    io.out(input.flag('json') ? `${JSON.stringify({ findings })}\n` : fitText(io, preflightText(findings, spec.name)));
    return findings.some(({ severity }) => severity === 'error') ? exitCode.failed : exitCode.done;
  },
};

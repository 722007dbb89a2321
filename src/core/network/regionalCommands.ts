/** Of services that are one for all regions, and of settings. */
const global = /^(?:configure|iam|login|route53|s3|s3api|sso|sts)\b/;

/** Commands in a text, as they run whatever region the reader's own settings name: `` `aws ec2 …` `` gets `--region`. */
export function regionalCommands(text: string, region: string): string {
  return text.replace(/`aws ([^`]+)`/g, (whole, call: string) =>
    global.test(call) || /\s--region\b/.test(call) ? whole : `\`aws ${call} --region ${region}\``,
  );
}

/** The same of what is to be done about findings. */
export function inRegion<T extends { readonly fix: string }>(findings: readonly T[], region: string): T[] {
  return findings.map(one => ({ ...one, fix: regionalCommands(one.fix, region) }));
}

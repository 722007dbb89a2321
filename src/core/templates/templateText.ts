/**
 * A template as CloudFormation is given it: JSON in ASCII alone, everything else escaped. GetTemplate gives other characters back as `?`
 * (aws-cloudformation/cloudformation-coverage-roadmap#814 and #1220), and what stands could then neither be compared nor sent again.
 */
export function templateText(template: object): string {
  return JSON.stringify(template).replace(
    /[^\0-\x7f]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

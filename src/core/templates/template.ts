// CONTRACT: a CloudFormation template as a value. Templates are pure functions of a spec; JSON is valid YAML, so one form serves all.

/** Any JSON value, intrinsic functions (`{Ref: …}`) included. */
export type TemplateValue =
  string | number | boolean | readonly TemplateValue[] | { readonly [key: string]: TemplateValue };

export interface TemplateParameter {
  readonly Type: 'String' | 'Number' | 'CommaDelimitedList' | `List<${string}>` | `AWS::${string}`;
  readonly Description: string;
  readonly Default?: string;
  readonly AllowedPattern?: string;
  readonly MinLength?: number;
  readonly NoEcho?: boolean;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: TemplateValue };
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: 'Delete' | 'Retain' | 'RetainExceptOnCreate';
  readonly UpdateReplacePolicy?: 'Delete' | 'Retain';
  /** How an Auto Scaling group replaces its instances. */
  readonly UpdatePolicy?: { readonly [name: string]: TemplateValue };
  readonly Metadata?: { readonly [name: string]: TemplateValue };
}

export interface TemplateOutput {
  readonly Description: string;
  readonly Value: TemplateValue;
  readonly Condition?: string;
}

export interface Template {
  readonly AWSTemplateFormatVersion: '2010-09-09';
  readonly Description: string;
  readonly Parameters?: { readonly [name: string]: TemplateParameter };
  readonly Conditions?: { readonly [name: string]: TemplateValue };
  readonly Resources: { readonly [logicalId: string]: TemplateResource };
  readonly Outputs?: { readonly [name: string]: TemplateOutput };
}

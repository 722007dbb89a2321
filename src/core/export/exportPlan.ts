import type { Plan } from '../plan/plan.ts';
import { planFiles } from '../plan/planFiles.ts';
import { eksctlExport } from './eksctl/eksctlExport.ts';
import type { Exported, ExportFormat } from './exported.ts';
import { terraformExport } from './terraform/terraformExport.ts';

/** A plan in the words of the tool that is to make it. */
export function exportPlan(plan: Plan, format: ExportFormat): Exported {
  switch (format) {
    case 'cloudformation':
      return { files: planFiles(plan), losses: [] };
    case 'eksctl':
      return eksctlExport(plan);
    case 'terraform':
      return terraformExport(plan);
  }
}

/** All files as one text, for a terminal or an editor's page. */
export function exportedText({ files }: Pick<Exported, 'files'>): string {
  const [only] = files;
  if (files.length === 1 && only) return only.content;
  return files
    .map(({ path, content }) => `# ---- ${path}\n${content.endsWith('\n') ? content : `${content}\n`}`)
    .join('\n');
}

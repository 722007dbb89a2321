const elements = { run: 'pe-run-panel', planner: 'pe-planner', tunnel: 'pe-tunnel-panel' } as const;

/** What a panel's page is made of. `file` gives the address of a file in the panels' folder. */
export interface PanelPage {
  readonly panel: keyof typeof elements;
  readonly title: string;
  readonly language: string;
  /** Fresh for every page. */
  readonly nonce: string;
  /** Whom the policy trusts for styles, fonts and pictures. */
  readonly source: string;
  readonly file: (name: string) => string;
}

/**
 * The page of a panel. Its policy allows one script by nonce, and styles and fonts from the extension's own folder; the meta tag lets the
 * UI toolkit put the same nonce on the one style element that it makes.
 */
export function panelPage({ panel, title, language, nonce, source, file }: PanelPage): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    `font-src ${source}`,
    `img-src ${source}`,
  ].join('; ');
  const styles = ['codicon.css', 'base.css', 'toolkit.css', `${panel}.css`];
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta property="csp-nonce" content="${nonce}">
${styles.map(name => `  <link rel="stylesheet" href="${file(name)}">`).join('\n')}
  <title>${escapeHtml(title)}</title>
</head>
<body>
  <${elements[panel]}></${elements[panel]}>
  <script type="module" nonce="${nonce}" src="${file(`${panel}.js`)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

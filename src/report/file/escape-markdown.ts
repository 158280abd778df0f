/** Markdown and HTML that a name might hold is shown, not obeyed. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]<>#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll(/\s+/g, ' ');
}

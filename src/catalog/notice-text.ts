/** Text for a notice of VS Code, which makes links of `[text](command:...)`: a click runs any command, trusted or not. */

/** Reads the same, and leads nowhere. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', ']\u200b(');
}

/** Parameters whose values do not belong in a file that people share. */
const SECRET = /pass|secret|token|key|auth|credential/i;

/** The kernel's command line as a record keeps it: whole, but for the values of what may be a secret. */
export function redactCommandLine(text: string): string {
  // A value may be in double quotes and hold spaces (Documentation/admin-guide/kernel-parameters.rst).
  const words = text.trim().match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return words
    .map((word) => {
      const [name = ''] = word.split('=', 1);
      return SECRET.test(name) && word.length > name.length + 1 ? `${name}=REDACTED` : word;
    })
    .join(' ');
}

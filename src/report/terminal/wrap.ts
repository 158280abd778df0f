/** Breaks at blanks; lines after the first are indented. */
export function wrap(text: string, width: number, indent = 0): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ /)) {
    const prefix = lines.length === 0 ? '' : ' '.repeat(indent);
    if (line !== '' && prefix.length + line.length + 1 + word.length > width) {
      lines.push(prefix + line);
      line = word;
    } else {
      line = line === '' && word === '' ? '' : line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push((lines.length === 0 ? '' : ' '.repeat(indent)) + line);
  return lines.join('\n');
}

/** A value as a message shows it: quoted, control characters escaped, cut at 60 characters. */
export function quote(text: string): string {
  const characters = [...text];
  const cut = characters.length > 60 ? `${characters.slice(0, 57).join('')}...` : text;
  // JSON escapes C0 only; the rest of the invisible and direction-changing characters could fool a terminal.
  return JSON.stringify(cut).replaceAll(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

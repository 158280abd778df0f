import { Lexer } from 'yaml';

/*
 * The YAML library composes recursively, compiles patterns as wide as the indentation, and is quadratic in
 * directives; these bounds keep a hostile file from exhausting memory or patience. Real files are far below them.
 */
const MAX_TOKENS = 100_000;
const MAX_DEPTH = 64;
const MAX_INDENTATION = 256;
const MAX_DIRECTIVES = 8;

/** The first place where a file goes past what the YAML library can be trusted with, or null. */
export function findExcess(text: string): { offset: number; message: string; hint?: string } | null {
  let offset = 0;
  let tokens = 0;
  let flowDepth = 0;
  let indicators = 0;
  let directives = 0;
  let lineStart = true;
  let scalarNext = false;
  for (const token of new Lexer().lex(text)) {
    const first = token[0];
    // The lexer's own marks: document, scalar and flow-error. They are not in the text.
    if (first === '\u0002' || first === '\u0018') continue;
    if (first === '\u001f') {
      scalarNext = true;
      continue;
    }
    if (++tokens > MAX_TOKENS) {
      return { offset, message: `more than ${MAX_TOKENS} words and signs`, hint: 'split the file' };
    }
    if (scalarNext) scalarNext = false;
    else if (first === '\n' || first === '\r') indicators = 0;
    else if (first === ' ' && lineStart && token.length > MAX_INDENTATION) {
      return { offset, message: `indented by ${token.length}, expected at most ${MAX_INDENTATION}` };
    } else if (first === '%' && ++directives > MAX_DIRECTIVES) {
      return { offset, message: `more than ${MAX_DIRECTIVES} directives` };
    } else if (token === '[' || token === '{') flowDepth++;
    else if (token === ']' || token === '}') flowDepth = Math.max(0, flowDepth - 1);
    else if ((token === '-' || token === '?' || token === ':') && flowDepth === 0) indicators++;
    if (flowDepth > MAX_DEPTH || indicators > MAX_DEPTH) {
      return { offset, message: `nested more than ${MAX_DEPTH} deep` };
    }
    lineStart = first === '\n' || first === '\r';
    offset += token.length;
  }
  return null;
}

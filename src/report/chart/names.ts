/** A list of texts in a specification, for expressions to look up by index. */
export interface Names {
  readonly parameter: { readonly name: string; readonly value: string[] };
  /** The text of the index that a domain value is. */
  readonly lookup: string;
}

/**
 * What users named reaches a chart as a parameter's value, never as part of an expression: Vega refuses some words
 * there (`constructor`, `__proto__`), and an expression is no place for anyone's text.
 * @param name of the parameter: ours
 */
export function namesOf(name: 'lineNames' | 'seriesNames', texts: readonly string[]): Names {
  return { parameter: { name, value: [...texts] }, lookup: `${name}[toNumber(datum.value)]` };
}

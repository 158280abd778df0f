/** A list of texts in a specification, for expressions to look up by index. */
export interface Names {
  readonly parameter: { readonly name: string; readonly value: (string | string[])[] };
  /** The text of the index that a domain value is. */
  readonly lookup: string;
}

/**
 * What users named reaches a chart as a parameter's value, never as part of an expression: Vega refuses some words
 * there (`constructor`, `__proto__`), and an expression is no place for anyone's text.
 * @param name of the parameter: ours
 * @param texts a list is a text of several lines
 */
export function namesOf(name: 'lineNames' | 'seriesNames', texts: readonly (string | string[])[]): Names {
  return { parameter: { name, value: [...texts] }, lookup: `${name}[toNumber(datum.value)]` };
}

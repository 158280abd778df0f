/** The machine lacks something the lab needs. The message says what, and how to get it. */
export class MissingRequirement extends Error {
  override readonly name = 'MissingRequirement';
  /** Debian packages that would help; none when a package is not the answer. */
  readonly packages: readonly string[];

  constructor(what: string, packages: readonly string[], detail = '') {
    const remedy = packages.length === 0 ? '' : `; on Debian: apt-get install ${packages.join(' ')}`;
    super(`${what}${remedy}${detail === '' ? '' : `\n${detail}`}`);
    this.packages = packages;
  }
}

/** Whose instance type a host's name is, and of which family it is. */
export interface InstanceType {
  readonly cloud: 'ec2' | 'azure' | 'gcp';
  /** As the cloud speaks of it: `m8i`, `Dsv5`, `n2`. */
  readonly family: string;
}

const EC2 = /^([a-z][a-z0-9-]*\d[a-z0-9-]*)\.(?:nano|micro|small|medium|\d*x?large|metal(?:-[a-z0-9]+)?)$/;
const AZURE = /^standard_([a-z]+)\d+(?:-\d+)?([a-z]*)(?:_(?!v\d)[a-z]+\d+)?(?:_(v\d+))?$/i;
const GCP =
  /^([a-z]\d[a-z]?)-(?:standard|high(?:mem|cpu|gpu)|(?:mega|ultra|hyper)mem|(?:edge|mega|ultra)gpu|micro|small|medium|custom)\b/;

/** What a name such as `m8i.4xlarge`, `Standard_D16s_v5` or `n2-standard-16` says by itself; null for any other. */
export function instanceTypeOf(name: string): InstanceType | null {
  const ec2 = EC2.exec(name);
  if (ec2 !== null) return { cloud: 'ec2', family: ec2[1]! };
  const azure = AZURE.exec(name);
  if (azure !== null) {
    const [, series, features = '', version = ''] = azure;
    return {
      cloud: 'azure',
      family: `${series!.toUpperCase()}${features.toLowerCase()}${version.toLowerCase()}`,
    };
  }
  const gcp = GCP.exec(name);
  return gcp === null ? null : { cloud: 'gcp', family: gcp[1]! };
}

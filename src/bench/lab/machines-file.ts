import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';

/** A machine somebody else has set up, and how it is reached. */
export interface ReachedMachine {
  readonly name: string;
  /** 0 for the metal, 1 for its guest, and so on. */
  readonly level: number;
  /** The machine its connection goes through. */
  readonly parent?: string | undefined;
  /** Host name, address, or a Host of the user's own ssh configuration; the name when left out. */
  readonly address: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** File of the private key. */
  readonly identity?: string | undefined;
  /** Further options of ssh_config(5). */
  readonly options: Readonly<Record<string, string>>;
  /** Directory on the storage that is measured; a temporary one when left out. */
  readonly scratch?: string | undefined;
}

export interface MachinesFile {
  readonly machines: readonly ReachedMachine[];
  /** File with the host keys that are trusted; the user's own when left out. */
  readonly knownHosts?: string | undefined;
}

/** The file of machines is not what it should be. */
export class MachinesError extends Error {
  override readonly name = 'MachinesError';
}

const word = z.string().regex(/^[^\s-][^\s]*$/, 'expected a word that does not begin with a dash');
const machineSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'expected letters, digits, dots and dashes'),
  level: z.int().min(0).max(3),
  parent: z.string().optional(),
  address: word.optional(),
  user: word.optional(),
  port: z.int().min(1).max(65535).optional(),
  identity: z.string().optional(),
  scratch: z.string().startsWith('/').optional(),
  options: z
    .record(z.string().regex(/^[A-Za-z]+$/), z.union([z.string(), z.number(), z.boolean()]))
    .default({}),
});
const fileSchema = z.strictObject({
  'known-hosts': z.string().optional(),
  machines: z.array(machineSchema).min(1),
});

/** @throws {MachinesError} saying what is wrong, and where */
export async function readMachines(file: string): Promise<MachinesFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new MachinesError(`${file}: ${(error as Error).message}`);
  }
  return parseMachines(text, file);
}

export function parseMachines(text: string, file: string): MachinesFile {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new MachinesError(`${file}: ${problem.message}`);
  const result = fileSchema.safeParse(document.toJS());
  if (!result.success) throw new MachinesError(`${file}:\n${z.prettifyError(result.error)}`);
  const path = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : resolve(dirname(resolve(file)), value.replace(/^~(?=\/)/, homedir()));
  const machines = result.data.machines.map(
    ({ options, ...machine }): ReachedMachine => ({
      ...machine,
      address: machine.address ?? machine.name,
      identity: path(machine.identity),
      options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, optionText(value)])),
    }),
  );
  checkTogether(machines, file);
  return { machines, knownHosts: path(result.data['known-hosts']) };
}

const optionText = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);

function checkTogether(machines: readonly ReachedMachine[], file: string): void {
  const names = new Map(machines.map((machine) => [machine.name, machine]));
  const levels = new Map<number, string>();
  for (const { name, level, parent, options } of machines) {
    const complain = (what: string): never => {
      throw new MachinesError(`${file}: ${name}: ${what}`);
    };
    if (names.get(name)?.level !== level)
      complain('found two machines of this name, expected each name once');
    const other = levels.get(level);
    if (other !== undefined)
      complain(`found level ${level}, which ${other} has already; expected one machine a level`);
    levels.set(level, name);
    if (parent !== undefined) {
      const found = names.get(parent);
      if (found === undefined)
        complain(`found the parent ${parent}, expected one of ${[...names.keys()].join(', ')}`);
      else if (found.level >= level)
        complain(`found the parent ${parent} at level ${found.level}, expected a lower level than ${level}`);
    }
    checkOptions(options, complain);
  }
}

/** A host key that is not checked makes the machine anybody's, and the record too. */
function checkOptions(options: Readonly<Record<string, string>>, complain: (what: string) => never): void {
  for (const [key, value] of Object.entries(options)) {
    const name = key.toLowerCase();
    if (/[\n\r]/.test(value)) complain(`found an option ${key} with a line break, expected one line`);
    if (name === 'stricthostkeychecking' && value !== 'yes') {
      complain(
        `found StrictHostKeyChecking ${value}, expected yes: host keys are always checked. Put the machine’s key into the known hosts (ssh-keyscan, and compare it), or name a file of known-hosts`,
      );
    }
    if (name === 'userknownhostsfile' || name === 'batchmode' || name.includes('password')) {
      complain(
        `found the option ${key}, expected none like it: known hosts are a file named known-hosts, and passwords are not used (use a key, or an agent)`,
      );
    }
  }
}

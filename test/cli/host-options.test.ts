import { describe, expect, it } from 'vitest';
import { besideShipped } from '../../src/cli/host-options.ts';
import { openLibrary } from '../../src/library/library.ts';

describe("hosts of one's own beside those shipped", () => {
  const read = openLibrary().loadHosts();
  const shipped = read.ok ? read.value : [];
  const named = (name: string) => shipped.find((host) => host.name === name)!;

  it('come first, each in the place of the shipped one of its name', () => {
    const own = { ...named('m8i.large'), catalogue: { ...named('m8i.large').catalogue!, name: 'mine' } };
    const all = besideShipped([own], shipped);
    expect(all).toHaveLength(shipped.length);
    expect(all[0]).toBe(own);
    expect(all.filter(({ name }) => name === 'm8i.large')).toEqual([own]);
  });

  it('stand in for a whole shipped catalogue of the same name: what is no longer sold is not planned with', () => {
    const all = besideShipped([named('m8i.large')], shipped);
    expect(all.filter(({ catalogue }) => catalogue?.name === 'ec2').map(({ name }) => name)).toEqual([
      'm8i.large',
    ]);
    expect(all.some(({ catalogue }) => catalogue?.name === 'azure')).toBe(true);
  });

  it('change nothing when there are none', () => {
    expect(besideShipped([], shipped)).toEqual(shipped);
  });
});

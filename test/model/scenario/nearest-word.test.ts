import { describe, expect, it } from 'vitest';
import { nearestWord } from '../../../src/model/scenario/nearest-word.ts';

describe('nearestWord', () => {
  const keys = ['seats', 'host', 'platform', 'template', 'promiscuous', 'forged-transmits'];

  it.each([
    ['seets', 'seats'],
    ['seat', 'seats'],
    ['Seats', 'seats'],
    ['paltform', 'platform'],
    ['promiscous', 'promiscuous'],
    ['forgedTransmits', 'forged-transmits'],
    ['forged_transmits', 'forged-transmits'],
  ])('%s is near %s', (word, expected) => {
    expect(nearestWord(word, keys)).toBe(expected);
  });

  it.each(['', 'x', 'zz', 'memory', 'a'.repeat(500)])('%j is near nothing', (word) => {
    expect(nearestWord(word, keys)).toBeNull();
  });

  it('prefers the nearer word, and the first among equals', () => {
    expect(nearestWord('m8i.24xlarg', ['m8i.2xlarge', 'm8i.24xlarge'])).toBe('m8i.24xlarge');
    expect(nearestWord('cat', ['bat', 'hat'])).toBe('bat');
  });
});

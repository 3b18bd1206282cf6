import { describe, expect, it } from 'vitest';
import { newIdempotencyKey } from './idempotency-key.ts';

const uuidV4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;

function filledWith(value: number): Pick<Crypto, 'getRandomValues'> {
  return {
    getRandomValues: (array) => {
      if (array instanceof Uint8Array) array.fill(value);
      return array;
    },
  };
}

describe('an idempotency key', () => {
  it('is a version 4 UUID', () => {
    for (let round = 0; round < 200; round++) expect(newIdempotencyKey()).toMatch(uuidV4);
  });

  it('is a version 4 UUID at both ends of the random range', () => {
    expect(newIdempotencyKey(filledWith(0))).toBe('00000000-0000-4000-8000-000000000000');
    expect(newIdempotencyKey(filledWith(255))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });

  it('is new every time', () => {
    const keys = new Set(Array.from({ length: 1000 }, () => newIdempotencyKey()));
    expect(keys.size).toBe(1000);
  });
});

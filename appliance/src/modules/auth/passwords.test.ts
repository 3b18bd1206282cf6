import { expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

const passwords = createPasswords();

test('are kept as argon2id with no less than OWASP asks for, each with a salt of its own', async () => {
  const [one, two] = await Promise.all([passwords.hash('the same'), passwords.hash('the same')]);
  const [, algorithm, , cost] = one.split('$');
  expect(algorithm).toBe('argon2id');
  const { m, t, p } = Object.fromEntries((cost ?? '').split(',').map((part) => part.split('=')));
  expect([Number(m), Number(t), Number(p)]).toEqual([19_456, 2, 1]);
  expect(one).not.toBe(two);
  expect(one).not.toContain('the same');
});

test.each(['12345678', 'ä 密码 🔑', 'x'.repeat(256), 'nul\u0000inside'])(
  '%j is verified, and nothing else is',
  async (password) => {
    const kept = await passwords.hash(password);
    expect(await passwords.verify(kept, password)).toBe(true);
    expect(await passwords.verify(kept, `${password} `)).toBe(false);
    expect(await passwords.verify(kept, password.slice(0, -1))).toBe(false);
    expect(await passwords.verify(kept, '')).toBe(false);
  },
);

test('nobody has a password, not even the one that nobody has', async () => {
  expect(await passwords.verify(undefined, 'nobody has this password')).toBe(false);
});

test('a secret that was drawn here is verified, and nothing else is', async () => {
  const kept = passwords.hashSecret('k3v9x0m2c7q8w1z4t6y5b0n3p2');
  expect(kept).not.toContain('k3v9x0m2c7q8w1z4t6y5b0n3p2');
  expect(await passwords.verify(kept, 'k3v9x0m2c7q8w1z4t6y5b0n3p2')).toBe(true);
  for (const wrong of ['', 'k3v9x0m2c7q8w1z4t6y5b0n3p', kept, kept.slice(7)]) {
    expect(await passwords.verify(kept, wrong)).toBe(false);
  }
});

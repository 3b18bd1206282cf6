import { expect, test, vi } from 'vitest';
import { isSignedByTwilio, twilioSignature } from './twilio-signature.ts';

// From the documentation of Twilio's own client library.
const token = '12345';
const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const form = new URLSearchParams({
  To: '+18005551212',
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
});
const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';

test('is that of Twilio, in whatever order the fields come', () => {
  expect(twilioSignature(token, url, form)).toBe(signature);
  expect(isSignedByTwilio(token, url, form, signature)).toBe(true);
});

test.each([
  ['the standard port that Twilio leaves out', 'https://mycompany.com:443/myapp.php?foo=1&bar=2', url],
  ['the standard port that Twilio adds', url, 'https://mycompany.com:443/myapp.php?foo=1&bar=2'],
  ['the one of HTTP', 'http://venue.example/a', 'http://venue.example:80/a'],
  ['a port of its own', 'https://venue.example:8443/a', 'https://venue.example:8443/a'],
])('holds with %s', (_case, configured, signed) => {
  expect(isSignedByTwilio(token, configured, form, twilioSignature(token, signed, form))).toBe(true);
});

test('counts a value once that a field has twice, and sorts those that differ', () => {
  const once = new URLSearchParams('a=1&a=2');
  const twice = new URLSearchParams('a=2&a=1&a=2');
  expect(twilioSignature(token, url, twice)).toBe(twilioSignature(token, url, once));
  expect(twilioSignature(token, url, new URLSearchParams('a=1'))).not.toBe(twilioSignature(token, url, once));
});

test('looks no field up by its name, because a stranger may send thousands of them', () => {
  const many = new URLSearchParams();
  for (let field = 0; field < 5_000; field += 1) many.append(`f${field}`, '');
  const lookUps = vi.spyOn(many, 'getAll');
  expect(isSignedByTwilio(token, url, many, signature)).toBe(false);
  expect(lookUps).not.toHaveBeenCalled();
});

test.each([
  ['another secret', '12346', url, form, signature],
  ['another address', token, 'https://mycompany.com/myapp.php?foo=1&bar=3', form, signature],
  ['another host', token, 'https://mycompany.com.evil.example/myapp.php?foo=1&bar=2', form, signature],
  ['another port', token, 'https://mycompany.com:8443/myapp.php?foo=1&bar=2', form, signature],
  ['plain HTTP', token, 'http://mycompany.com/myapp.php?foo=1&bar=2', form, signature],
  ['a field more', token, url, new URLSearchParams([...form, ['Admin', '1']]), signature],
  ['a field less', token, url, new URLSearchParams([...form].slice(1)), signature],
  ['no signature', token, url, form, ''],
  ['half of it', token, url, form, signature.slice(0, 14)],
  ['it in other capitals', token, url, form, signature.toLowerCase()],
  ['something longer', token, url, form, `${signature}${signature}`],
])('does not hold for %s', (_case, secret, address, fields, given) => {
  expect(isSignedByTwilio(secret, address, fields, given)).toBe(false);
});

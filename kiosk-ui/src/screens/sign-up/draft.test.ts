import { describe, expect, it } from 'vitest';
import {
  type Draft,
  emptyDraft,
  fieldToMend,
  measuresHands,
  problemOf,
  stepOfField,
  toGameInput,
} from './draft.ts';

const draft = (fields: Partial<Draft>): Draft => ({ ...emptyDraft, ...fields });
const check = (step: Parameters<typeof problemOf>[0], fields: Partial<Draft>) =>
  problemOf(step, draft(fields), 2026);

describe('a sign-up step', () => {
  it('asks for a name and nothing else', () => {
    expect(check('who', { name: '  ' })).toBe('name_missing');
    expect(check('who', { name: 'محمد' })).toBeUndefined();
    expect(check('reach', {})).toBeUndefined();
    expect(check('photo', {})).toBeUndefined();
  });

  it('asks for a number only with the wish to be texted, and the other way round', () => {
    expect(check('reach', { textMe: true, phone: '12' })).toBe('phone_missing');
    expect(check('reach', { phone: '+1 202 555 0100' })).toBe('phone_without_consent');
    expect(check('reach', { textMe: true, phone: '+1 202 555 0100' })).toBeUndefined();
    expect(check('reach', { textMe: true, phone: '٠٥٠١٢٣٤٥٦٧' })).toBeUndefined();
  });

  it('asks a child for a birth year and a guardian, once something is agreed to', () => {
    const texted = { textMe: true, phone: '+1 202 555 0100' };
    expect(check('reach', { child: true })).toBeUndefined();
    expect(check('reach', { ...texted, child: true })).toBe('birth_year_missing');
    expect(check('reach', { ...texted, child: true, birthYear: '1950' })).toBe('birth_year_missing');
    expect(check('reach', { ...texted, child: true, birthYear: '2017' })).toBe('guardian_missing');
    expect(
      check('photo', { photoAgreed: true, child: true, birthYear: '2017', guardian: true }),
    ).toBeUndefined();
  });
});

describe('what leaves the tablet', () => {
  it('is the name and the party for a guest who agrees to nothing', () => {
    expect(toGameInput(draft({ name: ' Ana ', partySize: 3 }), 'derby')).toEqual({
      attraction: 'derby',
      party_size: 3,
      player: { name: 'Ana', consent: { sms: false, photo: false } },
    });
  });

  it('never is a number without consent, nor an age nobody needs', () => {
    const { player } = toGameInput(
      draft({ name: 'Ana', phone: '+12025550100', child: true, birthYear: '2017' }),
      'derby',
    );
    expect(player).not.toHaveProperty('phone');
    expect(player).not.toHaveProperty('birth_year');
  });

  it("is a child's year with the guardian's consent", () => {
    const minor = { name: 'Ana', photoAgreed: true, child: true, birthYear: '2017', guardian: true };
    expect(toGameInput(draft(minor), 'pong').player).toEqual({
      name: 'Ana',
      birth_year: 2017,
      consent: { sms: false, photo: true, guardian: true },
    });
  });
});

it('asks about being measured where hands are measured, and a guardian for a child', () => {
  const hand = { name: 'Ana', sensorAgreed: true };
  expect(['glove', 'derby', 'pong'].map(measuresHands)).toEqual([true, false, false]);
  expect(toGameInput(draft(hand), 'glove').player).toEqual({
    name: 'Ana',
    consent: { sms: false, photo: false, sensor: true },
  });
  expect(check('photo', { ...hand, child: true, birthYear: '2017' })).toBe('guardian_missing');
});

it('leads back to the step where a refusal can be mended', () => {
  const stepAfter = (code: string, fields: string[] = []) => stepOfField(fieldToMend(code, fields));
  expect(stepAfter('invalid_phone')).toBe('reach');
  expect(stepAfter('guardian_required')).toBe('reach');
  expect(stepAfter('unsuitable_name')).toBe('who');
  expect(stepAfter('invalid_request', ['phone'])).toBe('reach');
  expect(fieldToMend('attraction_full', [])).toBeUndefined();
});

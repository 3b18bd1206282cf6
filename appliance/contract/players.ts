import { z } from 'zod';
import { Id, Moment, Name } from './common.ts';

/** What a guest agreed to. Absent means no. `guardian`: an adult agreed for a minor. */
export const Consent = z.strictObject({
  sms: z.boolean().optional(),
  marketing: z.boolean().optional(),
  photo: z.boolean().optional(),
  sensor: z.boolean().optional(),
  guardian: z.boolean().optional(),
});
export type Consent = z.infer<typeof Consent>;

/** Password rules: OWASP ASVS 5 section 6.2, at least 8 and at least 64 characters allowed. */
export const Password = z.string().min(8).max(256);

/** Languages in which the venue speaks to a guest, as BCP 47 tags. */
export const Language = z.enum(['en', 'es', 'fr', 'de', 'ja', 'ar']);
export type Language = z.infer<typeof Language>;
/** For a guest of whom no other is known. */
export const defaultLanguage: Language = 'en';

export const PlayerDetails = z.strictObject({
  name: Name,
  phone: z.string().max(40).optional().describe('any usual notation; stored as E.164'),
  email: z.email().max(254).optional(),
  birth_year: z.number().int().min(1900).max(2200).optional(),
  language: Language.optional().describe("of texts and of the guest's page; `en` unless told"),
  consent: Consent.optional(),
});
export type PlayerDetails = z.infer<typeof PlayerDetails>;

export const PlayerInput = PlayerDetails.extend({
  username: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{1,63}$/u, '2 to 64 letters, digits, dots, dashes')
    .optional(),
  password: Password.optional(),
});
export type PlayerInput = z.infer<typeof PlayerInput>;

export const Player = z.object({
  id: Id,
  name: z.string(),
  username: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  birth_year: z.number().int().nullable(),
  language: Language,
  consent: z.object({
    sms: z.boolean(),
    marketing: z.boolean(),
    photo: z.boolean(),
    sensor: z.boolean(),
    guardian: z.boolean(),
  }),
  has_photo: z.boolean(),
  created_at: Moment,
});
export type Player = z.infer<typeof Player>;

export const PhotoReply = z.object({ player_id: Id, width: z.number().int(), height: z.number().int() });
export type PhotoReply = z.infer<typeof PhotoReply>;
